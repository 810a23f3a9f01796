import {
  decodeBytes,
  encodeBytes,
  rosterBody,
  type MlsGroupId,
  type RosterBody,
  type SignedRoster,
  type VisitId,
} from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import { refusing } from './refusal.ts'
import { ourSuite } from './suite.ts'

/** A roster that was read, with the text of it that was signed. */
export interface Roster extends RosterBody {
  text: string
}

/** What is signed: a label that nothing else begins with that the same key signs, such as proposals, and the text. */
function signedBytes(text: string): Uint8Array {
  return new TextEncoder().encode(`Curtain roster 1\n${text}`)
}

/**
 * Signs a roster.
 * @param privateKey Ed25519 seed, 32 bytes
 */
export async function signRosterBody(body: RosterBody, privateKey: Uint8Array): Promise<SignedRoster> {
  const suite = await ourSuite()
  const text = JSON.stringify(body)
  return { body: text, signature: encodeBytes(await suite.signature.sign(privateKey, signedBytes(text))) }
}

/**
 * Reads a roster and checks that the server of this visit made it for this group, after those seen before.
 * @param expected `after` is the version of the last one that was seen of this group, 0 for none
 * @throws EncryptionError `bad-roster`
 */
export async function readRoster(
  roster: SignedRoster,
  expected: { rosterKey: Uint8Array; visitId: VisitId; groupId: MlsGroupId; after: number },
): Promise<Roster> {
  return refusing('bad-roster', async () => {
    const suite = await ourSuite()
    const signature = decodeBytes(roster.signature)
    const isSigned = await suite.signature.verify(expected.rosterKey, signedBytes(roster.body), signature)
    if (!isSigned) throw new EncryptionError('bad-roster')
    const body = rosterBody.parse(JSON.parse(roster.body))
    const isTheOne =
      body.visitId === expected.visitId &&
      body.groupId === expected.groupId &&
      body.version > expected.after &&
      new Set(body.members.map((member) => member.participantId)).size === body.members.length &&
      new Set(body.members.map((member) => member.signatureKey)).size === body.members.length
    if (!isTheOne) throw new EncryptionError('bad-roster')
    return { ...body, text: roster.body }
  })
}
