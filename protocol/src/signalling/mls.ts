import { z } from 'zod'
import { base64url } from '../bytes.ts'
import { participantRole } from '../http/visits.ts'
import { participantId, visitId } from '../ids.ts'
import { limits } from '../limits.ts'

/** One MLS group of a visit: `<visit id>.<16 random bytes>`. A visit has another one when its first was given up. */
export const mlsGroupId = z.string().regex(/^vis_[0-9a-z]{26}\.[A-Za-z0-9_-]{22}$/)
export type MlsGroupId = z.infer<typeof mlsGroupId>

/** RFC 9420 counts epochs in 64 bits; a visit has a few dozen. */
export const mlsEpoch = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)

/** MLSMessages (RFC 9420 §6) as they travel. */
export const mlsKeyPackage = base64url(limits.mlsKeyPackageBytes)
export const mlsProposal = base64url(limits.mlsProposalBytes)
export const mlsCommit = base64url(limits.mlsCommitBytes)
export const mlsWelcome = base64url(limits.mlsWelcomeBytes)
export const mlsData = base64url(limits.mlsDataBytes)

/** A raw Ed25519 public key (RFC 8032). */
export const publicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** Whose key is whose: what the server vouches for, and what each client checks the group against. */
export const rosterMember = z.object({
  participantId,
  role: participantRole,
  displayName: z.string(),
  /** The signature key of this participant's leaf. */
  signatureKey: publicKey,
})
export type RosterMember = z.infer<typeof rosterMember>

/** What is signed in a roster: the members of a group once the change it comes with is done. */
export const rosterBody = z.object({
  visitId,
  groupId: mlsGroupId,
  /** Counts up with each roster of a group, so that an older one is seen as such. */
  version: z.number().int().positive(),
  members: z.array(rosterMember).min(1),
})
export type RosterBody = z.infer<typeof rosterBody>

/** `signature` is Ed25519 by the server's roster key over `Curtain roster 1`, a newline, and the bytes of `body`. */
export const signedRoster = z.object({
  /** A `rosterBody` as JSON: it is checked as it was signed, byte by byte. */
  body: z.string().max(limits.rosterBytes),
  signature: base64url(64),
})
export type SignedRoster = z.infer<typeof signedRoster>

/** How a visit is encrypted, as a connection is told. */
export const encryption = z.discriminatedUnion('mode', [
  z.object({
    mode: z.literal('end-to-end'),
    /** The key that signs rosters, and Add and Remove proposals as the group's external sender. */
    rosterKey: publicKey,
  }),
  /** Between each browser and the server only, by the organization's explicit setting. */
  z.object({ mode: z.literal('transport') }),
])
export type Encryption = z.infer<typeof encryption>
