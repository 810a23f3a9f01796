import type { Id, OrganizationId, ParticipantId, UserId, VisitId } from '@curtain/protocol'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import type { ParticipantSessionId } from './schema.ts'

const validMs = 60_000
const mostKept = 10_000

/** What a ticket stands for; everything else is read when it is redeemed. */
export interface TicketHolder {
  organizationId: OrganizationId
  visitId: VisitId
  participantId: ParticipantId
  session: { kind: 'staff'; id: Id<'session'>; userId: UserId } | { kind: 'participant'; id: ParticipantSessionId }
}

/** Tickets open one signalling connection each, within a minute. They live in memory, and end with the process. */
export interface Tickets {
  issue(holder: TicketHolder): string
  /** The holder, once; null when the ticket is unknown, used or too old. */
  redeem(ticket: string): TicketHolder | null
}

export function createTickets(now: () => number = Date.now): Tickets {
  const issued = new Map<string, { holder: TicketHolder; expiresAt: number }>()
  return {
    issue(holder) {
      for (const [key, { expiresAt }] of issued) {
        // In order of issue: after the first that still lives, all do. Past the bound the oldest goes in any case.
        if (expiresAt > now() && issued.size < mostKept) break
        issued.delete(key)
      }
      const { secret, hash } = newSecret()
      issued.set(hash.toString('base64url'), { holder, expiresAt: now() + validMs })
      return secret
    },
    redeem(ticket) {
      const key = hashSecret(ticket).toString('base64url')
      const entry = issued.get(key)
      issued.delete(key)
      return entry !== undefined && entry.expiresAt > now() ? entry.holder : null
    },
  }
}
