import type { EncryptionStatus, VisitSnapshot } from '@curtain/client'
import type { ParticipantId } from '@curtain/protocol'

/** What the lock says. `doubtful`: somebody who is not in the visit any more still holds keys. */
export type PrivacyState = Exclude<EncryptionStatus['state'], 'unknown'> | 'doubtful'

/** Until the connection has told, a visit is as private as it was made to be, and never more than that. */
export function privacyState({ encryption, visit }: Pick<VisitSnapshot, 'encryption' | 'visit'>): PrivacyState {
  if (encryption.state === 'secured' && encryption.strangers.length > 0) return 'doubtful'
  if (encryption.state !== 'unknown') return encryption.state
  return visit?.encryption === 'transport' ? 'transport' : 'securing'
}

/** Whether there are no keys yet, or not any more, for what this participant sends. */
export function isSecuring(encryption: EncryptionStatus, participantId: ParticipantId): boolean {
  if (encryption.state === 'secured') return !encryption.members.some(({ id }) => id === participantId)
  return encryption.state === 'securing'
}
