import type { OrganizationId, UserId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Transaction } from '../database/database.ts'
import type { ChallengePurpose, SessionId } from '../sessions/schema.ts'
import { setChallenge, takeChallenge } from '../sessions/stage-store.ts'
import { lockPasskey, passkeysOf, passkeyUsed } from './store.ts'
import { assertionOptions, credentialIn, isCopied, type RelyingParty, verifyAssertion } from './web-authn.ts'

/** For so long a passkey may take to answer what it was asked. */
export const challengeMs = 5 * 60_000

type Json = Record<string, unknown>

/** Whose passkey is asked, with which session. */
interface Asked {
  organizationId: OrganizationId
  userId: UserId
  sessionId: SessionId
}

/** Asks for one of somebody's passkeys: the answer counts once, for what was asked and where. Null where they have none. */
export async function askForPasskey(
  tx: Transaction,
  party: RelyingParty,
  { userId, sessionId }: Asked,
  purpose: ChallengePurpose,
  now: Date,
): Promise<Json | null> {
  const passkeys = await passkeysOf(tx, userId)
  if (passkeys.length === 0) return null
  const { options, challenge } = await assertionOptions(party, passkeys)
  await setChallenge(tx, sessionId, { challenge, purpose, expiresAt: new Date(now.getTime() + challengeMs) })
  return options
}

/**
 * Takes an answer to that, whether it is right or not. A passkey that seems to have been copied is refused and put on
 * record: its user should remove it.
 */
export async function acceptPasskey(
  tx: Transaction,
  party: RelyingParty,
  { organizationId, userId, sessionId }: Asked,
  { purpose, response, now }: { purpose: ChallengePurpose; response: Json; now: Date },
): Promise<boolean> {
  const challenge = await takeChallenge(tx, sessionId, purpose, now)
  const credentialId = credentialIn(response)
  if (challenge === null || credentialId === null) return false
  const passkey = await lockPasskey(tx, userId, credentialId)
  if (passkey === undefined) return false
  const shown = await verifyAssertion(party, challenge, response, passkey)
  if (shown === null) return false
  if (isCopied(Number(passkey.counter), shown.counter)) {
    const facts = { passkeyId: passkey.id }
    await record(tx, { type: 'passkey.suspect', organizationId, userId, sessionId, outcome: 'denied', facts }, now)
    return false
  }
  await passkeyUsed(tx, passkey.id, { counter: shown.counter, synced: shown.synced, at: now })
  return true
}
