import { visit as visitSchema, type ParticipantId, type VisitId } from '@curtain/protocol'

/** Whoever a visit expects besides its hosts, present or not; for hosts. Empty where it cannot be read. */
export async function readExpectedPeople(
  visitId: VisitId,
  signal: AbortSignal,
): Promise<readonly { id: ParticipantId; name: string }[]> {
  try {
    const response = await fetch(`/v1/visits/${visitId}`, { cache: 'no-store', signal })
    if (!response.ok) return []
    const { participants } = visitSchema.parse(await response.json())
    return participants
      .filter(({ role }) => role !== 'host')
      .map(({ id, displayName }) => ({ id, name: displayName }))
  } catch {
    return []
  }
}
