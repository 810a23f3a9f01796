import { Button, MantineProvider } from '@mantine/core'
import { lazy, Suspense, type ReactNode } from 'react'
import { useSharedWords } from '../i18n/translation.tsx'
import { consolePage, type ConsolePageOf } from './console-pages.tsx'
import { navigate, useAddress } from './router/location.ts'
import { mayUse } from './session/access.ts'
import { RequireSession } from './session/require-session.tsx'
import { SessionProvider, useSession } from './session/session.tsx'
import { SetupPage } from './session/setup-page.tsx'
import { SignInPage } from './session/sign-in-page.tsx'
import { WelcomePage } from './session/welcome-page.tsx'
import { AnnouncerProvider } from './shell/announcer.tsx'
import { EntryLayout } from './shell/entry-layout.tsx'
import { MovedTo } from './shell/moved-to.tsx'
import { PageHeading } from './shell/page-heading.tsx'
import { Shell } from './shell/shell.tsx'
import { useShellWords } from './shell/words.ts'
import { systemColorScheme, theme } from './theme/theme.ts'

const ConfirmAddressPage = lazy(async () => ({ default: (await import('./sign-ups/confirm-address-page.tsx')).ConfirmAddressPage }))
const JoinPage = lazy(async () => ({ default: (await import('./sign-ups/join-page.tsx')).JoinPage }))

/**
 * The staff console.
 * @param secret of the one-time link that the page was opened with, if it was.
 */
export function App({ secret }: { secret: string | null }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={systemColorScheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <SessionProvider>
        <PerSession>
          <Page secret={secret} />
        </PerSession>
      </SessionProvider>
    </MantineProvider>
  )
}

/** What one session has shown or said is gone with it. */
function PerSession({ children }: { children: ReactNode }) {
  const { state } = useSession()
  const session = state.status === 'signed-in' ? state.me.value.session.id : 'none'
  return <AnnouncerProvider key={session}>{children}</AnnouncerProvider>
}

function Page({ secret }: { secret: string | null }) {
  const { pathname } = useAddress()
  const page = consolePage(pathname)
  if (page !== null) return <ConsolePage {...page} />
  switch (pathname) {
    case '/':
      return <MovedTo path="/today" />
    case '/sign-in':
      return <SignInPage />
    case '/setup':
      return <SetupPage secret={secret} />
    case '/welcome':
      return <WelcomePage secret={secret} />
    case '/join/confirm':
      return <Late><ConfirmAddressPage secret={secret} /></Late>
    default:
      return pathname.startsWith('/join/') ? (
        <Late><JoinPage organization={pathname.slice('/join/'.length)} /></Late>
      ) : (
        <NoSuchPage />
      )
  }
}

/** A page of the console, for whoever is signed in and may use it. */
function ConsolePage({ isFor, show }: ConsolePageOf) {
  return (
    <RequireSession>
      {(who) =>
        isFor === 'everybody' || mayUse(isFor, who) ? (
          <Shell who={who}>
            <Late>{show(who)}</Late>
          </Shell>
        ) : (
          <NoSuchPage />
        )
      }
    </RequireSession>
  )
}

/** For what comes when it is asked for. */
function Late({ children }: { children: ReactNode }) {
  const shared = useSharedWords()
  return <Suspense fallback={<output className="page-loading">{shared.loading}</output>}>{children}</Suspense>
}

function NoSuchPage() {
  const words = useShellWords()
  return (
    <EntryLayout>
      <PageHeading name={words.notFoundTitle}>{words.notFoundTitle}</PageHeading>
      <p>{words.notFound}</p>
      <Button fullWidth mt="md" onClick={() => navigate('/today')}>
        {words.toToday}
      </Button>
    </EntryLayout>
  )
}
