import type { SecondFactor, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { ChallengePurpose, SessionId, SessionStage } from './schema.ts'

/** A session that was not ended, of a user who may sign in; held until the transaction ends. */
export function lockSession(tx: Transaction, sessionId: SessionId) {
  return tx
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('sessions')
    .select(['users.name', 'users.email', 'users.roles', 'users.password_hash'])
    .where('sessions.id', '=', sessionId)
    .where('sessions.ended_at', 'is', null)
    .where('users.suspended_at', 'is', null)
    .forUpdate('sessions')
    .executeTakeFirst()
}

/** The next stage of a session, under a new token: whoever knew the earlier one has nothing. */
export async function promoteSession(
  tx: Transaction,
  sessionId: SessionId,
  { stage, tokenHash, now, expiresAt }: { stage: SessionStage; tokenHash: Buffer; now: Date; expiresAt: Date },
): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({
      stage,
      token_hash: tokenHash,
      last_used_at: now,
      expires_at: expiresAt,
      ...(stage === 'whole' ? { confirmed_at: now } : {}),
    })
    .where('id', '=', sessionId)
    .execute()
}

/** That a second factor was shown with a session, or set up. */
export async function setFactor(tx: Transaction, sessionId: SessionId, factor: SecondFactor): Promise<void> {
  await tx.updateTable('sessions').set({ factor }).where('id', '=', sessionId).execute()
}

/** That a new password was set with the session of somebody who forgot theirs. */
export async function setRemembered(tx: Transaction, sessionId: SessionId): Promise<void> {
  await tx.updateTable('sessions').set({ forgot_password: false }).where('id', '=', sessionId).execute()
}

export async function setConfirmed(tx: Transaction, sessionId: SessionId, now: Date): Promise<void> {
  await tx.updateTable('sessions').set({ confirmed_at: now }).where('id', '=', sessionId).execute()
}

/** What a passkey is to sign next, in place of what it was asked before. */
export async function setChallenge(
  tx: Transaction,
  sessionId: SessionId,
  { challenge, purpose, expiresAt }: { challenge: string; purpose: ChallengePurpose; expiresAt: Date },
): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ challenge, challenge_purpose: purpose, challenge_expires_at: expiresAt })
    .where('id', '=', sessionId)
    .execute()
}

/** What a passkey was asked for this purpose, for the only time; null where it was not, or too long ago. */
export async function takeChallenge(tx: Transaction, sessionId: SessionId, purpose: ChallengePurpose, now: Date): Promise<string | null> {
  const row = await tx
    .selectFrom('sessions')
    .select(['challenge', 'challenge_purpose', 'challenge_expires_at'])
    .where('id', '=', sessionId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined || row.challenge_expires_at === null) return null
  await tx
    .updateTable('sessions')
    .set({ challenge: null, challenge_purpose: null, challenge_expires_at: null })
    .where('id', '=', sessionId)
    .execute()
  return row.challenge_purpose === purpose && row.challenge_expires_at > now ? row.challenge : null
}

/** Ends a user's other sessions, whole or not. @returns which were open */
export async function endOtherSessions(tx: Transaction, { userId, but, now }: { userId: UserId; but: SessionId; now: Date }): Promise<SessionId[]> {
  const rows = await tx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('id', '!=', but)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}
