import { Button, MantineProvider } from '@mantine/core'
import { patientId } from '@curtain/protocol'
import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { useSharedWords } from '../i18n/translation.tsx'
import { PeoplePage } from './people/people-page.tsx'
import { navigate, useAddress } from './router/location.ts'
import { mayUse } from './session/access.ts'
import { RequireSession } from './session/require-session.tsx'
import { SessionProvider, useSession } from './session/session.tsx'
import { SetupPage } from './session/setup-page.tsx'
import { SignInPage } from './session/sign-in-page.tsx'
import { WelcomePage } from './session/welcome-page.tsx'
import { AnnouncerProvider } from './shell/announcer.tsx'
import { EntryLayout } from './shell/entry-layout.tsx'
import { PageHeading } from './shell/page-heading.tsx'
import { ConfirmAddressPage } from './sign-ups/confirm-address-page.tsx'
import { JoinPage } from './sign-ups/join-page.tsx'
import { SuggestPage } from './sign-ups/suggest-page.tsx'
import { SettingsPage } from './settings/settings-page.tsx'
import { Shell } from './shell/shell.tsx'
import { useShellWords } from './shell/words.ts'
import { systemColorScheme, theme } from './theme/theme.ts'
import { NoVisits } from './today/no-visits.tsx'
import { TodayPage } from './today/today-page.tsx'

// What not everybody needs, and nobody at first, comes when it is asked for.
const ApiKeysPage = lazy(async () => ({ default: (await import('./api-keys/api-keys-page.tsx')).ApiKeysPage }))
const PatientsPage = lazy(async () => ({ default: (await import('./patients/patients-page.tsx')).PatientsPage }))
const TeamsPage = lazy(async () => ({ default: (await import('./teams/teams-page.tsx')).TeamsPage }))
const ReviewsPage = lazy(async () => ({ default: (await import('./break-glass/reviews-page.tsx')).ReviewsPage }))
const SignInsPage = lazy(async () => ({ default: (await import('./sign-ins/sign-ins-page.tsx')).SignInsPage }))
const AccountPage = lazy(async () => ({ default: (await import('./account/account-page.tsx')).AccountPage }))

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
  const patient = patientId.safeParse(pathname.replace(/^\/patients\//, '')).data ?? null
  // One part of the page for all of them, so that what was looked for is there when somebody comes back from one.
  if (pathname === '/patients' || patient !== null) {
    return (
      <RequireSession>
        {(who) =>
          mayUse('patients', who) ? (
            <Shell who={who}>
              <Suspense fallback={<Loading />}>
                <PatientsPage who={who} patientId={patient} />
              </Suspense>
            </Shell>
          ) : (
            <NoSuchPage />
          )
        }
      </RequireSession>
    )
  }
  switch (pathname) {
    case '/':
      return <ToToday />
    case '/today':
      return (
        <RequireSession>
          {(who) => (
            <Shell who={who}>
              {mayUse('visits', who) ? <TodayPage who={who} /> : <NoVisits who={who} />}
            </Shell>
          )}
        </RequireSession>
      )
    case '/people':
      return (
        <RequireSession>
          {(who) =>
            mayUse('people', who) ? (
              <Shell who={who}>
                {mayUse('accounts', who) ? <PeoplePage who={who} /> : <SuggestPage who={who} />}
              </Shell>
            ) : (
              <NoSuchPage />
            )
          }
        </RequireSession>
      )
    case '/teams':
      return (
        <RequireSession>
          {(who) =>
            mayUse('teams', who) ? (
              <Shell who={who}>
                <Suspense fallback={<Loading />}>
                  <TeamsPage who={who} />
                </Suspense>
              </Shell>
            ) : (
              <NoSuchPage />
            )
          }
        </RequireSession>
      )
    case '/reviews':
      return (
        <RequireSession>
          {(who) =>
            mayUse('reviews', who) ? (
              <Shell who={who}>
                <Suspense fallback={<Loading />}>
                  <ReviewsPage who={who} />
                </Suspense>
              </Shell>
            ) : (
              <NoSuchPage />
            )
          }
        </RequireSession>
      )
    case '/api-keys':
      return (
        <RequireSession>
          {(who) =>
            mayUse('apiKeys', who) ? (
              <Shell who={who}>
                <Suspense fallback={<Loading />}>
                  <ApiKeysPage who={who} />
                </Suspense>
              </Shell>
            ) : (
              <NoSuchPage />
            )
          }
        </RequireSession>
      )
    case '/sign-ins':
      return (
        <RequireSession>
          {(who) =>
            mayUse('signIns', who) ? (
              <Shell who={who}>
                <Suspense fallback={<Loading />}>
                  <SignInsPage who={who} />
                </Suspense>
              </Shell>
            ) : (
              <NoSuchPage />
            )
          }
        </RequireSession>
      )
    case '/settings':
      return (
        <RequireSession>
          {(who) => (
            <Shell who={who}>
              <SettingsPage who={who} />
            </Shell>
          )}
        </RequireSession>
      )
    case '/account':
      return (
        <RequireSession>
          {(who) => (
            <Shell who={who}>
              <Suspense fallback={<Loading />}>
                <AccountPage who={who} />
              </Suspense>
            </Shell>
          )}
        </RequireSession>
      )
    case '/sign-in':
      return <SignInPage />
    case '/setup':
      return <SetupPage secret={secret} />
    case '/welcome':
      return <WelcomePage secret={secret} />
    case '/join/confirm':
      return <ConfirmAddressPage secret={secret} />
    default:
      return pathname.startsWith('/join/') ? <JoinPage organization={pathname.slice('/join/'.length)} /> : <NoSuchPage />
  }
}

function Loading() {
  const shared = useSharedWords()
  return <output className="page-loading">{shared.loading}</output>
}

function ToToday() {
  useEffect(() => navigate('/today', { replace: true }), [])
  return null
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
