import type { Device, Id, OrganizationId, SignInWay, UserId, VisitId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { Sealed } from '../keys/sealed.ts'
import type { sessionAddress, SessionId, SessionStage, SignInLinkRow } from './schema.ts'

export async function insertSession(
  tx: Transaction,
  session: {
    id: SessionId
    organizationId: OrganizationId
    userId: UserId
    tokenHash: Buffer
    now: Date
    expiresAt: Date
    stage: SessionStage
    way: SignInWay
    forgotPassword?: boolean
    device: Device
    address: Sealed<typeof sessionAddress>
  },
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      id: session.id,
      organization_id: session.organizationId,
      user_id: session.userId,
      token_hash: session.tokenHash,
      created_at: session.now,
      last_used_at: session.now,
      expires_at: session.expiresAt,
      stage: session.stage,
      way: session.way,
      forgot_password: session.forgotPassword ?? false,
      browser: session.device.browser,
      system: session.device.system,
      address: session.address,
      confirmed_at: session.stage === 'whole' ? session.now : null,
    })
    .execute()
}

/**
 * A session that was not ended, of a user who may sign in, with that user and what their organization asks of sessions;
 * whether it has expired is the service's to say.
 */
export function findSession(tx: Transaction, sessionId: SessionId) {
  return tx
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .innerJoin('organizations', 'organizations.id', 'sessions.organization_id')
    .select([
      'sessions.id',
      'sessions.organization_id',
      'sessions.user_id',
      'sessions.last_used_at',
      'sessions.expires_at',
      'sessions.stage',
      'sessions.way',
      'sessions.factor',
      'sessions.confirmed_at',
      'sessions.address',
      'users.roles',
      'organizations.idle_minutes',
      'organizations.bind_sessions',
      'organizations.allowed_addresses',
    ])
    .where('sessions.id', '=', sessionId)
    .where('sessions.ended_at', 'is', null)
    .where('users.suspended_at', 'is', null)
    .executeTakeFirst()
}

export async function touchSession(tx: Transaction, sessionId: SessionId, now: Date): Promise<void> {
  await tx.updateTable('sessions').set({ last_used_at: now }).where('id', '=', sessionId).execute()
}

/** @returns whether it was still open */
export async function endSession(tx: Transaction, sessionId: SessionId, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends every session of a user's. @returns which were open */
export async function endSessionsOf(tx: Transaction, userId: UserId, now: Date): Promise<SessionId[]> {
  const rows = await tx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Ends those that are not whole yet: whoever is on their way in begins anew. */
export async function endUnfinishedSessions(tx: Transaction, userId: UserId, now: Date): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('stage', '!=', 'whole')
    .where('ended_at', 'is', null)
    .execute()
}

/** Those that may still be in use. */
export async function openSessionsOf(tx: Transaction, userId: UserId): Promise<SessionId[]> {
  const open = tx.selectFrom('sessions').select('id').where('user_id', '=', userId).where('ended_at', 'is', null)
  return (await open.execute()).map(({ id }) => id)
}

/** Those that can be used, the last used first. @param usedAfter what was not used since then is idle */
export function usableSessionsOf(tx: Transaction, userId: UserId, { at, usedAfter }: { at: Date; usedAfter: Date }) {
  return tx
    .selectFrom('sessions')
    .select(['id', 'browser', 'system', 'address', 'created_at', 'last_used_at'])
    .where('user_id', '=', userId)
    .where('stage', '=', 'whole')
    .where('ended_at', 'is', null)
    .where('expires_at', '>', at)
    .where('last_used_at', '>', usedAfter)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute()
}

/** Links that were made for a user and not used stop working. */
export async function endSignInLinks(tx: Transaction, userId: UserId, now: Date): Promise<void> {
  await tx
    .updateTable('sign_in_links')
    .set({ expires_at: now })
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .execute()
}

export async function insertSignInLink(
  tx: Transaction,
  link: {
    id: Id<'signInLink'>
    organizationId: OrganizationId
    userId: UserId
    visitId: VisitId | null
    secretHash: Buffer
    opens: SignInLinkRow['opens']
    expiresAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('sign_in_links')
    .values({
      id: link.id,
      organization_id: link.organizationId,
      user_id: link.userId,
      visit_id: link.visitId,
      secret_hash: link.secretHash,
      opens: link.opens,
      expires_at: link.expiresAt,
    })
    .execute()
}

/** A link that can still be used. */
export function findSignInLink(tx: Transaction, linkId: Id<'signInLink'>, now: Date) {
  return tx
    .selectFrom('sign_in_links')
    .select(['user_id', 'visit_id', 'opens'])
    .where('id', '=', linkId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Uses a link up. @returns false when it was used, or has expired: two at once cannot both have it */
export async function useSignInLink(tx: Transaction, linkId: Id<'signInLink'>, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sign_in_links')
    .set({ used_at: now })
    .where('id', '=', linkId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
