import { participantId, type ParticipantId } from '@curtain/protocol'
import type { Credential } from 'ts-mls'
import { EncryptionError } from '../errors.ts'
import { bytesEqual } from './bytes-equal.ts'

/** The credential of a participant's leaf (RFC 9420 §5.3): basic, the participant's id in UTF-8. */
export function credentialOf(participant: ParticipantId): Credential {
  return { credentialType: 'basic', identity: new TextEncoder().encode(participant) }
}

/**
 * Reads whose leaf it is. It is a claim: the roster is what proves it.
 * @throws EncryptionError `roster-mismatch` if it names nobody who could be in a roster
 */
export function participantOf(credential: Credential): ParticipantId {
  if (credential.credentialType !== 'basic') throw new EncryptionError('roster-mismatch')
  const text = new TextDecoder().decode(credential.identity)
  const parsed = participantId.safeParse(text)
  if (!parsed.success) throw new EncryptionError('roster-mismatch', { cause: parsed.error })
  return parsed.data
}

/** Whether two credentials are basic ones of the same identity. */
export function isSameIdentity(one: Credential, other: Credential): boolean {
  return (
    one.credentialType === 'basic' && other.credentialType === 'basic' && bytesEqual(one.identity, other.identity)
  )
}
