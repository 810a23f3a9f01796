import type { AuditEventType, Id, UserId } from '@curtain/protocol'

/** What shows patients in lists to whoever asks; their facts say whom. */
export const listingTypes: readonly AuditEventType[] = ['patient.listed', 'patient.searched', 'visit.listed']

/** A list that somebody was shown. */
export interface Listing {
  id: Id<'auditEvent'>
  userId: UserId
  at: Date
  patientIds: readonly string[]
}

/** How many different patients somebody was shown, and since when. */
export interface Shown {
  patients: number
  since: Date
}

/** Whom the person of each of these was shown in the minutes up to it, and by it. */
export function countShown(listings: readonly Listing[], minutes: number): Map<Listing['id'], Shown> {
  const found = new Map<Listing['id'], Shown>()
  for (const own of Map.groupBy(listings, ({ userId }) => userId).values()) {
    const inOrder = own.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    // When each patient was last shown, the longest ago first: each list is gone through once, however many overlap.
    const lastShown = new Map<string, number>()
    let first = 0
    for (const { id, at, patientIds } of inOrder) {
      const until = at.getTime()
      const isOver = (moment: number) => moment <= until - minutes * 60_000
      for (const patientId of patientIds) {
        lastShown.delete(patientId)
        lastShown.set(patientId, until)
      }
      for (const [patientId, shownAt] of lastShown) {
        if (!isOver(shownAt)) break
        lastShown.delete(patientId)
      }
      while (isOver(inOrder[first]?.at.getTime() ?? until)) first++
      found.set(id, { patients: lastShown.size, since: inOrder[first]?.at ?? at })
    }
  }
  return found
}
