import { patientId, visitId } from '@curtain/protocol'
import { logPath, readFilter } from '../audit/log-address.ts'

const plainPages: ReadonlySet<string> = new Set(['/settings', '/account', '/people', '/api-keys', '/patients', '/teams', '/reviews', '/log/reviews', '/log/alerts', '/log/state', '/sign-ins'])

/**
 * Where to go after signing in. Only pages of our own are accepted, so that a crafted address cannot lead on to
 * another site, or to a page that acts.
 * @param next as it stands in the address of the sign-in page.
 */
export function ownPath(next: string | null): string {
  if (next === null) return '/today'
  const [path = '', query] = next.split('?', 2)
  const visit = path.startsWith('/visits/') ? visitId.safeParse(path.slice('/visits/'.length)) : null
  if (visit?.success) return `/visits/${visit.data}`
  const patient = path.startsWith('/patients/') ? patientId.safeParse(path.slice('/patients/'.length)) : null
  if (patient?.success && query === undefined) return `/patients/${patient.data}`
  const accessLog = /^\/patients\/([^/]+)\/access-log$/.exec(path)
  if (accessLog !== null && query === undefined && patientId.safeParse(accessLog[1]).success) return path
  if (path === '/log') return logPath(readFilter(new URLSearchParams(query)))
  if (plainPages.has(path) && query === undefined) return path
  if (path === '/today' && query !== undefined && /^day=\d{4}-\d{2}-\d{2}$/.test(query)) return `/today?${query}`
  return '/today'
}

/** The address of the sign-in page that comes back to where the person was. */
export function signInPath(from: string): string {
  const next = ownPath(from)
  return next === '/today' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`
}
