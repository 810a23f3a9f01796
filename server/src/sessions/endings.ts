import type { OrganizationId, UserId } from '@curtain/protocol'

/** By what something is held open: a session of staff or an API key, and the account it is of. */
export interface Holder {
  organizationId: OrganizationId
  userId: UserId
  sessionId: string
  /** From where. */
  address: string
}

/** That staff sessions are over, for whatever is held open by one: connections to visits, streams of changes. */
export interface SessionEndings {
  /** Everything that is held open by it is let go at once. The session itself was ended on record before. */
  endSession(sessionId: string): void
  /** What can be opened again is let go, to be opened by the roles that its user has now; visits go on. */
  refresh(sessionId: string): void
  /** @returns the function that stops listening */
  onEnd(holder: Holder, listener: () => void): () => void
  /** By what anything is held open on this server. */
  holders(): Holder[]
}

/** What of live rooms is held open by sessions. */
interface LiveSessions {
  endSession(sessionId: string): void
  holders(): Holder[]
}

export function createSessionEndings(live: LiveSessions): SessionEndings {
  const held = new Map<string, { holder: Holder; listeners: Set<() => void> }>()
  const refresh = (sessionId: string) => {
    for (const listener of held.get(sessionId)?.listeners ?? []) listener()
  }
  return {
    refresh,
    endSession(sessionId) {
      live.endSession(sessionId)
      refresh(sessionId)
    },
    onEnd(holder, listener) {
      const { sessionId } = holder
      const { listeners } = held.get(sessionId) ?? { listeners: new Set() }
      held.set(sessionId, { holder, listeners: listeners.add(listener) })
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && held.get(sessionId)?.listeners === listeners) held.delete(sessionId)
      }
    },
    holders() {
      const all = [...live.holders(), ...[...held.values()].map(({ holder }) => holder)]
      return [...new Map(all.map((holder) => [holder.sessionId, holder])).values()]
    },
  }
}
