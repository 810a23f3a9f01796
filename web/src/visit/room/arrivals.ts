import type { VisitSnapshot } from '@curtain/client'
import type { ParticipantId } from '@curtain/protocol'
import { isSecuring } from '../privacy/privacy-state.ts'

/** Whom this page has told of, with the names that they were told of by. */
export type Known = ReadonlyMap<ParticipantId, string>

/** Those who are there before anything is told. */
export function knownAtFirst({ participants }: Pick<VisitSnapshot, 'participants'>): Known {
  return new Map(participants.map(({ id, displayName }) => [id, displayName]))
}

/**
 * Who came and who went. Somebody is told of once there are keys for them: only then is their name what the server
 * signed. Whoever goes before that was never told of.
 */
export function afterArrivals(
  known: Known,
  { participants, encryption }: Pick<VisitSnapshot, 'participants' | 'encryption'>,
): { known: Known; joined: readonly string[]; left: readonly string[] } {
  const certain = participants.filter(({ id }) => !isSecuring(encryption, id))
  const joined = certain.filter(({ id }) => !known.has(id)).map(({ displayName }) => displayName)
  const gone = [...known].filter(([id]) => !participants.some((participant) => participant.id === id))
  const left = gone.map(([, name]) => name)
  const stayed = [...known].filter(([id]) => participants.some((participant) => participant.id === id))
  return { known: new Map([...stayed, ...knownAtFirst({ participants: certain })]), joined, left }
}
