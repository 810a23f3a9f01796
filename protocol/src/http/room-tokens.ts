import { z } from 'zod'
import { participantId, roomTokenId } from '../ids.ts'
import { grant } from '../signalling/room.ts'
import { instant, personName } from '../text.ts'

/**
 * For whom a room token is made: somebody already expected (the patient), or a guest who is named here. Staff come with
 * their own session.
 */
export const roomTokenInput = z.object({
  participant: z.union([z.object({ participantId }), z.object({ guest: z.object({ name: personName }) })]),
  /** What they may do in the visit once they are let in; without it, all that their role may. */
  grants: z.array(grant).max(grant.options.length).optional(),
  /** How long there is to come with it. */
  validSeconds: z.number().int().min(1).max(300).default(300),
})
export type RoomTokenInput = z.input<typeof roomTokenInput>

/** Lets one person into one visit's waiting room, once. A JWT (RFC 7519), signed with EdDSA; told here only. */
export const roomToken = z.object({ id: roomTokenId, participantId, token: z.string(), expiresAt: instant })
export type RoomToken = z.infer<typeof roomToken>

export const roomTokenExchangeInput = z.object({
  /** A bound far above what we make, so that nothing huge is looked at. */
  token: z.string().max(2048),
  /** False for a browser that cannot do end-to-end encryption: it does not use up the token of a visit that needs it. */
  encrypts: z.boolean().optional(),
  /**
   * Sets the cookie of a session of this browser, as a link does. Without it the ticket is all there is: whoever cannot
   * resume their connection needs another token.
   */
  remember: z.boolean().default(false),
})
