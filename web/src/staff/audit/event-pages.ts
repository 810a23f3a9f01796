import type { AuditEventList, AuditEventView } from '@curtain/protocol'

/** The id of the event whose place in the log is the last of these; null where none has a place yet. */
export function lastPlaced(events: readonly AuditEventView[]): AuditEventView['id'] | null {
  const placed = events.filter(({ index }) => index !== null)
  return placed.toSorted((a, b) => (b.index ?? 0) - (a.index ?? 0))[0]?.id ?? null
}

/** What is shown with what was read after it, the newest first; of what is in both, as it was read last. */
export function joined(shown: AuditEventList, read: AuditEventList): AuditEventList {
  const events = new Map([...shown.events, ...read.events].map((event) => [event.id, event]))
  return {
    events: [...events.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1)),
    more: shown.more,
    names: { ...shown.names, ...read.names },
    roles: { ...shown.roles, ...read.roles },
  }
}
