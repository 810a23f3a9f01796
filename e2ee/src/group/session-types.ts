import type { MlsGroupId, ParticipantId, RosterMember, VisitId } from '@curtain/protocol'
import type { EncryptionError } from '../errors.ts'
import type { VerificationCode } from './verification.ts'

/**
 * What a group session asks of the delivery service; each is one signalling request, with bytes as bytes. After
 * `disconnected` the session waits: the answer comes all the same, or it is restarted.
 */
export interface Delivery {
  /**
   * @param lost the group, and the epoch whose commit could not be followed: for a welcome, the epoch before its own
   * @throws EncryptionError `bad-key-package` when it was not taken, `disconnected`
   */
  register(keyPackage: Uint8Array, lost: { groupId: MlsGroupId; epoch: number } | null): Promise<void>
  /** @throws EncryptionError `disconnected`, `late` */
  created(groupId: MlsGroupId): Promise<void>
  /** Resolves when it is the one commit of its epoch. @throws EncryptionError `late` when another is, `disconnected` */
  commit(groupId: MlsGroupId, epoch: number, commit: Uint8Array, welcome: Uint8Array | null): Promise<void>
  /** @throws EncryptionError `late`, `disconnected` */
  data(groupId: MlsGroupId, epoch: number, message: Uint8Array): Promise<void>
}

/** Somebody in the group, as the roster says and their leaf proves. */
export interface GroupMember extends RosterMember {
  /** Place in the tree, from 0: the sender index of media keys. */
  leaf: number
}

/** One epoch, ready for use. The keys in it cannot be read out. */
export interface Epoch {
  groupId: MlsGroupId
  /** RFC 9420 counts in 64 bits, we stay below 2^53. */
  epoch: number
  /** The HKDF key that media keys are derived from (RFC 9605 §5.2): `MLS-Exporter("SFrame 1.0 Base Key", "", 32)`. */
  baseKey: CryptoKey
  /** Own place in the tree. */
  self: number
  /** In order of their leaves, oneself included. */
  members: readonly GroupMember[]
  /** Takes a tenth of a second of a core on purpose: worked out once, when asked for, and keys never wait for it. */
  code(): Promise<VerificationCode>
}

export interface GroupSessionOptions {
  visitId: VisitId
  participantId: ParticipantId
  /** Raw Ed25519 public key, 32 bytes, of the server that signs rosters and proposals. */
  rosterKey: Uint8Array
  delivery: Delivery
  /** By the server's clock, in milliseconds since 1970. */
  now(): number
  /** A new epoch: everybody who is in it has the same one. Called in order, once each. */
  onEpoch(epoch: Epoch): void
  /**
   * The group of the last epoch was given up: something was refused, it was reset, or the session was restarted. Nothing
   * may be sent under its keys any more; the next epoch, if there is one, is another group's. Called in order with
   * `onEpoch`, once for each group that had an epoch, and before `onProblem` tells why; not after `close()`.
   */
  onLeft(): void
  /** A message of another member, decrypted and proven to be theirs. */
  onMessage(message: { participantId: ParticipantId; bytes: Uint8Array }): void
  /**
   * What was refused and why; the session goes on where it can: it gives the group up and registers again.
   * `hopeless`: it did so too often in a short time and has stopped.
   */
  onProblem(problem: EncryptionError, hopeless: boolean): void
}
