import type { StaffActor } from '../users/schema.ts'

/** That staff sessions are over, for whatever is held open by one: connections to visits, streams of changes. */
export interface SessionEndings {
  /** Everything that is held open by it is let go at once. The session itself was ended on record before. */
  endSession(sessionId: string): void
  /** What can be opened again is let go, to be opened by the roles that its user has now; visits go on. */
  refresh(sessionId: string): void
  /** @returns the function that stops listening */
  onEnd(sessionId: StaffActor['sessionId'], listener: () => void): () => void
}

/** @param endInVisits closes a session's connections to visits */
export function createSessionEndings(endInVisits: (sessionId: string) => void): SessionEndings {
  const listeners = new Map<string, Set<() => void>>()
  const refresh = (sessionId: string) => {
    for (const listener of listeners.get(sessionId) ?? []) listener()
  }
  return {
    refresh,
    endSession(sessionId) {
      endInVisits(sessionId)
      refresh(sessionId)
    },
    onEnd(sessionId, listener) {
      const others = listeners.get(sessionId) ?? new Set()
      listeners.set(sessionId, others.add(listener))
      return () => {
        others.delete(listener)
        if (others.size === 0 && listeners.get(sessionId) === others) listeners.delete(sessionId)
      }
    },
  }
}
