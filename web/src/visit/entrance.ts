import { exchangeLink, fetchTicket, missingCapabilities, readVisitLink, VisitError } from '@curtain/client'
import { visitId as visitIdSchema, type AdmissionTicket } from '@curtain/protocol'
import { problemOfBrowser, type ProblemKind } from './screens/problem.ts'

/** How somebody comes to this page, and how they get a ticket. */
export interface Entrance {
  /** What makes a visit impossible before it begins, or null. */
  problem: ProblemKind | null
  /** The whole link as long as it was not used: it may be opened in another browser. */
  link: string | null
  /** Where staff go who are not signed in; null for whoever came by a link. */
  signInAddress: string | null
  /** @throws VisitError */
  open: () => Promise<AdmissionTicket>
  /** Another ticket for the same person. @throws VisitError */
  renew: (ticket: AdmissionTicket, signal: AbortSignal) => Promise<AdmissionTicket>
}

/**
 * Reads the address, `/v/<visit>#<secret>` or `/visits/<visit>`, and takes the secret out of it at once, so that it
 * stays neither on the screen nor in the history. Call this before anything else.
 */
export function takeEntrance(): Entrance {
  const { origin, pathname, hash, href } = location
  if (hash !== '') history.replaceState(null, '', pathname)
  const link = readVisitLink({ pathname, hash })
  const staff = /^\/visits\/([^/]+)\/?$/.exec(pathname)
  const visitId = visitIdSchema.safeParse((staff ?? /^\/v\/([^/]+)\/?$/.exec(pathname))?.[1])
  const problem = problemOfBrowser(missingCapabilities())
  const as = staff === null ? 'participant' : 'host'
  // A link that is opened again where the page is already: the browser changes the fragment and loads nothing.
  window.addEventListener('hashchange', () => location.reload())
  // The secret buys a cookie once; from then on the cookie is what counts.
  let unused = link
  return {
    problem,
    link: problem !== null && link !== null ? href : null,
    signInAddress: staff === null ? null : `/sign-in?next=${encodeURIComponent(pathname)}`,
    async open() {
      if (!visitId.success) throw new VisitError(staff === null ? 'link-invalid' : 'not-found')
      if (unused === null) return fetchTicket(visitId.data, as, { baseUrl: origin })
      const ticket = await exchangeLink(unused, { baseUrl: origin })
      unused = null
      return ticket
    },
    renew: ({ visit }, signal) => fetchTicket(visit.id, as, { baseUrl: origin, signal }),
  }
}
