import { Button, MantineProvider } from '@mantine/core'
import { useEffect } from 'react'
import { PeoplePage } from './people/people-page.tsx'
import { navigate, useAddress } from './router/location.ts'
import { mayUse } from './session/access.ts'
import { RequireSession } from './session/require-session.tsx'
import { SessionProvider } from './session/session.tsx'
import { SetupPage } from './session/setup-page.tsx'
import { SignInPage } from './session/sign-in-page.tsx'
import { WelcomePage } from './session/welcome-page.tsx'
import { AnnouncerProvider } from './shell/announcer.tsx'
import { EntryLayout } from './shell/entry-layout.tsx'
import { PageHeading } from './shell/page-heading.tsx'
import { SettingsPage } from './settings/settings-page.tsx'
import { Shell } from './shell/shell.tsx'
import { useShellWords } from './shell/words.ts'
import { systemColorScheme, theme } from './theme/theme.ts'
import { NoVisits } from './today/no-visits.tsx'
import { TodayPage } from './today/today-page.tsx'

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
      <AnnouncerProvider>
        <SessionProvider>
          <Page secret={secret} />
        </SessionProvider>
      </AnnouncerProvider>
    </MantineProvider>
  )
}

function Page({ secret }: { secret: string | null }) {
  const { pathname } = useAddress()
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
                <PeoplePage who={who} />
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
    case '/sign-in':
      return <SignInPage />
    case '/setup':
      return <SetupPage secret={secret} />
    case '/welcome':
      return <WelcomePage secret={secret} />
    default:
      return <NoSuchPage />
  }
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
