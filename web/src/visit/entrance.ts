import {
  exchangeLink,
  exchangeRoomToken,
  fetchTicket,
  missingCapabilities,
  missingForEncryption,
  readRoomToken,
  readVisitLink,
  VisitError,
} from '@curtain/client'
import { visitId as visitIdSchema, type AdmissionTicket, type LinkQuestion } from '@curtain/protocol'
import { problemOfBrowser, type ProblemKind } from './screens/problem.ts'

/** An answer to what a link asks for, or the wish for another code. */
export type Shown = { answer: string } | { anotherCode: true }

/** How somebody comes to this page, and how they get a ticket. */
export interface Entrance {
  /** What makes a visit impossible before it begins, or null. */
  problem: ProblemKind | null
  /** The address that may be opened in another browser: a link as long as it was not used, or a page for staff. */
  readonly link: string | null
  /** Where staff go who are not signed in; null for whoever came by a link. */
  signInAddress: string | null
  /**
   * A browser that cannot encrypt does not use up the link of a visit that needs it.
   * @param shown what the link asked for the last time
   * @returns a ticket, or what the link asks for before there is one
   * @throws VisitError `encryption-needed` and others
   */
  open: (shown?: Shown) => Promise<AdmissionTicket | LinkQuestion>
  /** Another ticket for the same person. @throws VisitError */
  renew: (ticket: AdmissionTicket, signal: AbortSignal) => Promise<AdmissionTicket>
}

/**
 * Reads the address, `/v/<visit>#<secret>`, `/v/<visit>#token=<room token>` or `/visits/<visit>`, and takes the secret out
 * of it at once, so that it stays neither on the screen nor in the history. Call this before anything else.
 */
export function takeEntrance(): Entrance {
  const { origin, pathname, hash, href } = location
  if (hash !== '') history.replaceState(null, '', pathname)
  const token = readRoomToken({ hash })
  const link = token === null ? readVisitLink({ pathname, hash }) : null
  const staff = /^\/visits\/([^/]+)\/?$/.exec(pathname)
  const visitId = visitIdSchema.safeParse((staff ?? /^\/v\/([^/]+)\/?$/.exec(pathname))?.[1])
  const problem = problemOfBrowser(missingCapabilities())
  const as = staff === null ? 'participant' : 'host'
  // A link that is opened again where the page is already: the browser changes the fragment and loads nothing.
  window.addEventListener('hashchange', () => location.reload())
  // The secret buys a cookie once; from then on the cookie is what counts.
  let unused = link
  let unusedToken = token

  async function firstTicket(encrypts: boolean, shown?: Shown): Promise<AdmissionTicket | LinkQuestion> {
    if (!visitId.success) throw new VisitError(staff === null ? 'link-invalid' : 'not-found')
    if (unusedToken !== null) {
      const ticket = await exchangeRoomToken({ token: unusedToken, encrypts, remember: true }, { baseUrl: origin })
      unusedToken = null
      return ticket
    }
    if (unused === null) return fetchTicket(visitId.data, as, { baseUrl: origin })
    const answered = await exchangeLink({ ...unused, encrypts, ...shown }, { baseUrl: origin })
    if (!('check' in answered)) unused = null
    return answered
  }

  return {
    problem,
    get link() {
      return staff !== null || unused !== null || unusedToken !== null ? href : null
    },
    signInAddress: staff === null ? null : `/sign-in?next=${encodeURIComponent(pathname)}`,
    async open(shown) {
      const encrypts = !(await missingForEncryption())
      const opened = await firstTicket(encrypts, shown)
      const isBeyond = !encrypts && 'visit' in opened && opened.visit.encryption === 'end-to-end'
      if (isBeyond) throw new VisitError('encryption-needed')
      return opened
    },
    renew: ({ visit }, signal) => fetchTicket(visit.id, as, { baseUrl: origin, signal }),
  }
}
