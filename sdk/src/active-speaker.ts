import type { ParticipantId } from '@curtain/protocol'

/** Who the active-speaker layout shows, and who has been louder since when. */
export interface ActiveSpeaker {
  id: ParticipantId | null
  challenger: { id: ParticipantId; since: number } | null
}

export const nobodySpeaks: ActiveSpeaker = { id: null, challenger: null }

/** A cough or a word thrown in does not move the picture; this long does. */
const takeOverMs = 1500

/**
 * Follows the loudest without jumping: whoever speaks alone has it at once, whoever is louder than the one who has it
 * and still speaks gets it after 1.5 s, and silence changes nothing.
 * @param speaking those who are heard now, loudest first, without oneself.
 * @param now milliseconds.
 */
export function nextActiveSpeaker(
  before: ActiveSpeaker,
  speaking: readonly ParticipantId[],
  now: number,
): ActiveSpeaker {
  const loudest = speaking[0]
  if (loudest === undefined || loudest === before.id) return { id: before.id, challenger: null }
  if (before.id === null || !speaking.includes(before.id)) return { id: loudest, challenger: null }
  const challenger = before.challenger?.id === loudest ? before.challenger : { id: loudest, since: now }
  return now - challenger.since >= takeOverMs ? { id: loudest, challenger: null } : { id: before.id, challenger }
}
