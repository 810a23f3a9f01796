import { participantId, type AuditEventView, type ParticipantId } from '@curtain/protocol'

/** Somebody in a visit, as its events tell: when they were there, and from where. */
export interface Attendance {
  participantId: ParticipantId
  userId: AuditEventView['userId']
  /** In the order of time; `left` is null where nothing says so. */
  stays: { came: string; left: string | null }[]
  /** The addresses they came from. */
  from: Set<string>
  /** Those of the staff who let them in from the waiting room. */
  letInBy: Set<string>
}

/** Who was in a visit, in the order in which they first came. */
export function attendanceOf(events: readonly AuditEventView[]): Attendance[] {
  const found = new Map<ParticipantId, Attendance>()
  for (const { type, at, userId, from, facts } of events.toSorted((a, b) => a.at.localeCompare(b.at))) {
    if (type === 'visit.ended') for (const one of found.values()) leave(one, at)
    const id = participantId.safeParse(facts['participantId']).data
    if (id === undefined) continue
    if (type === 'participant.arrived') {
      const one = found.get(id) ?? { participantId: id, userId, stays: [], from: new Set(), letInBy: new Set() }
      found.set(id, one)
      leave(one, at)
      one.stays.push({ came: at, left: null })
      if (from !== null) one.from.add(from)
    }
    const known = found.get(id)
    if (known === undefined) continue
    if (type === 'participant.departed') leave(known, at)
    if (type === 'participant.admitted' && userId !== null) known.letInBy.add(userId)
  }
  return [...found.values()]
}

function leave({ stays }: Attendance, at: string): void {
  const last = stays.at(-1)
  if (last !== undefined) last.left ??= at
}
