import type { Log } from '../log.ts'
import type { Holder, SessionEndings } from './endings.ts'

/** What has become of a session: it is over, its user may hold no visits any more, or it may go on as it is. */
export type Standing = 'over' | 'no-visits' | 'good'

export interface SessionWatchOptions {
  endings: Pick<SessionEndings, 'endSession' | 'refresh' | 'holders'>
  /** As it is on record now. */
  standingOf: (holder: Holder) => Promise<Standing>
  log: Log
}

/** Lets go of what is held open on this server by sessions that ended on another one. */
export interface SessionWatch {
  /** @param told the organization and the id of what changed on record, a session, a user or itself, as the database tells it */
  hear(told: string): void
  /** Looks at every session that holds anything open here: what was told meanwhile may have been missed. */
  lookAtAll(): void
}

export function createSessionWatch({ endings, standingOf, log }: SessionWatchOptions): SessionWatch {
  function look(holder: Holder): void {
    standingOf(holder).then(
      (standing) => (standing === 'good' ? endings.refresh : endings.endSession)(holder.sessionId),
      // The database is away: the next time it listens to us, everything is looked at again.
      (error: unknown) => log.warn({ error }, 'what became of a session could not be asked'),
    )
  }
  return {
    hear(told) {
      const [organizationId, id = ''] = told.split(' ')
      const isMeant = (holder: Holder) =>
        holder.organizationId === organizationId && [holder.sessionId, holder.userId, holder.organizationId].includes(id)
      for (const holder of endings.holders().filter(isMeant)) look(holder)
    },
    lookAtAll() {
      for (const holder of endings.holders()) look(holder)
    },
  }
}
