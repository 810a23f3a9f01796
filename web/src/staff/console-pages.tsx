import { patientId, type Me } from '@curtain/protocol'
import { lazy, type ReactNode } from 'react'
import { mayUse } from './session/access.ts'
import { MovedTo } from './shell/moved-to.tsx'
import { NoVisits } from './today/no-visits.tsx'
import { TodayPage } from './today/today-page.tsx'

// What not everybody needs, and nobody at first, comes when it is asked for.
const AccessLogPage = lazy(async () => ({ default: (await import('./audit/access-log-page.tsx')).AccessLogPage }))
const AlertsPage = lazy(async () => ({ default: (await import('./alerts/alerts-page.tsx')).AlertsPage }))
const AccountPage = lazy(async () => ({ default: (await import('./account/account-page.tsx')).AccountPage }))
const ApiKeysPage = lazy(async () => ({ default: (await import('./api-keys/api-keys-page.tsx')).ApiKeysPage }))
const LogReviewsPage = lazy(async () => ({ default: (await import('./audit-reviews/log-reviews-page.tsx')).LogReviewsPage }))
const LogPage = lazy(async () => ({ default: (await import('./audit/log-page.tsx')).LogPage }))
const LogStatePage = lazy(async () => ({ default: (await import('./audit-state/log-state-page.tsx')).LogStatePage }))
const PatientsPage = lazy(async () => ({ default: (await import('./patients/patients-page.tsx')).PatientsPage }))
const PeoplePage = lazy(async () => ({ default: (await import('./people/people-page.tsx')).PeoplePage }))
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }))
const SignInsPage = lazy(async () => ({ default: (await import('./sign-ins/sign-ins-page.tsx')).SignInsPage }))
const SuggestPage = lazy(async () => ({ default: (await import('./sign-ups/suggest-page.tsx')).SuggestPage }))
const TeamsPage = lazy(async () => ({ default: (await import('./teams/teams-page.tsx')).TeamsPage }))

/** A page of the console: whom it is shown to, and what it shows them. */
export interface ConsolePageOf {
  isFor: Parameters<typeof mayUse>[0] | 'everybody'
  show: (who: Me) => ReactNode
}

const pages: Record<string, ConsolePageOf | undefined> = {
  '/today': { isFor: 'everybody', show: (who) => (mayUse('visits', who) ? <TodayPage who={who} /> : <NoVisits who={who} />) },
  '/people': { isFor: 'people', show: (who) => (mayUse('accounts', who) ? <PeoplePage who={who} /> : <SuggestPage who={who} />) },
  '/teams': { isFor: 'teams', show: (who) => <TeamsPage who={who} /> },
  '/reviews': { isFor: 'logReviews', show: () => <MovedTo path="/log/reviews" /> },
  '/log/reviews': { isFor: 'logReviews', show: (who) => <LogReviewsPage who={who} /> },
  '/log/alerts': { isFor: 'logAlerts', show: (who) => <AlertsPage who={who} /> },
  '/log/state': { isFor: 'logState', show: (who) => <LogStatePage who={who} /> },
  '/api-keys': { isFor: 'apiKeys', show: (who) => <ApiKeysPage who={who} /> },
  '/log': { isFor: 'log', show: (who) => <LogPage who={who} /> },
  '/sign-ins': { isFor: 'signIns', show: (who) => <SignInsPage who={who} /> },
  '/settings': { isFor: 'everybody', show: (who) => <SettingsPage who={who} /> },
  '/account': { isFor: 'everybody', show: (who) => <AccountPage who={who} /> },
}

/** The page of the console at an address; null where there is none. */
export function consolePage(pathname: string): ConsolePageOf | null {
  const patient = patientId.safeParse(pathname.replace(/^\/patients\//, '')).data ?? null
  // One page for all of them, so that what was looked for is there when somebody comes back from one.
  if (pathname === '/patients' || patient !== null) {
    return { isFor: 'patients', show: (who) => <PatientsPage who={who} patientId={patient} /> }
  }
  const logged = patientId.safeParse(/^\/patients\/([^/]+)\/access-log$/.exec(pathname)?.[1]).data
  if (logged !== undefined) return { isFor: 'accessLogs', show: (who) => <AccessLogPage who={who} patientId={logged} /> }
  return pages[pathname] ?? null
}
