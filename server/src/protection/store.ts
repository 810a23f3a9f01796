import type { OrganizationId, UserId } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { Sealed } from '../keys/sealed.ts'
import type { AccountFactors, SignInRules } from '../sessions/stages.ts'
import type { authenticatorSecret, PasskeyId, PasskeyRow } from './schema.ts'

/** What an account has to show that it is its user. */
export async function accountFactors(tx: Transaction, userId: UserId): Promise<AccountFactors> {
  const { password_changed_at, passkeys, authenticators, codes } = await tx
    .selectFrom('users')
    .select((where) => [
      'password_changed_at',
      where
        .selectFrom('passkeys')
        .whereRef('passkeys.user_id', '=', 'users.id')
        .select(where.fn.countAll<string>().as('count'))
        .as('passkeys'),
      where
        .selectFrom('authenticators')
        .whereRef('authenticators.user_id', '=', 'users.id')
        .where('in_use', '=', true)
        .select(where.fn.countAll<string>().as('count'))
        .as('authenticators'),
      where
        .selectFrom('recovery_codes')
        .whereRef('recovery_codes.user_id', '=', 'users.id')
        .where('used_at', 'is', null)
        .select(where.fn.countAll<string>().as('count'))
        .as('codes'),
    ])
    .where('users.id', '=', userId)
    .executeTakeFirstOrThrow()
  return {
    passwordChangedAt: password_changed_at,
    passkeys: Number(passkeys),
    hasAuthenticator: Number(authenticators) > 0,
    recoveryCodesLeft: Number(codes),
  }
}

/** Two changes of one account follow each other: neither takes away what the other counts on. */
export async function lockAccount(tx: Transaction, userId: UserId): Promise<void> {
  await tx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirstOrThrow()
}

/** What the organization of the transaction asks of its accounts. */
export async function signInRules(tx: Transaction): Promise<SignInRules> {
  const { second_factor, password_max_age_days } = await tx
    .selectFrom('organizations')
    .select(['second_factor', 'password_max_age_days'])
    .executeTakeFirstOrThrow()
  return { secondFactor: second_factor, passwordMaxAgeDays: password_max_age_days }
}

export function passkeysOf(tx: Transaction, userId: UserId) {
  return tx.selectFrom('passkeys').selectAll().where('user_id', '=', userId).orderBy('id').execute()
}

export async function insertPasskey(tx: Transaction, passkey: Insertable<PasskeyRow>): Promise<void> {
  await tx.insertInto('passkeys').values(passkey).execute()
}

/** Held until the transaction ends: two answers cannot both count from the same figure. */
export function lockPasskey(tx: Transaction, userId: UserId, credentialId: string) {
  return tx
    .selectFrom('passkeys')
    .selectAll()
    .where('user_id', '=', userId)
    .where('credential_id', '=', credentialId)
    .forUpdate()
    .executeTakeFirst()
}

export async function passkeyUsed(tx: Transaction, id: PasskeyId, use: { counter: number; synced: boolean; at: Date }): Promise<void> {
  const { counter, synced, at } = use
  await tx.updateTable('passkeys').set({ counter, synced, last_used_at: at }).where('id', '=', id).execute()
}

/** Whose a passkey is. */
export async function ownerOfPasskey(tx: Transaction, id: PasskeyId): Promise<UserId | undefined> {
  return (await tx.selectFrom('passkeys').select('user_id').where('id', '=', id).executeTakeFirst())?.user_id
}

export async function renamePasskey(tx: Transaction, id: PasskeyId, name: string): Promise<void> {
  await tx.updateTable('passkeys').set({ name }).where('id', '=', id).execute()
}

export async function deletePasskey(tx: Transaction, id: PasskeyId): Promise<void> {
  await tx.deleteFrom('passkeys').where('id', '=', id).execute()
}

/** Held until the transaction ends: a code cannot be taken twice at once. */
export function lockAuthenticator(tx: Transaction, userId: UserId, inUse: boolean) {
  return tx
    .selectFrom('authenticators')
    .selectAll()
    .where('user_id', '=', userId)
    .where('in_use', '=', inUse)
    .forUpdate()
    .executeTakeFirst()
}

export function authenticatorInUse(tx: Transaction, userId: UserId) {
  return tx
    .selectFrom('authenticators')
    .select('created_at')
    .where('user_id', '=', userId)
    .where('in_use', '=', true)
    .executeTakeFirst()
}

/** One that is being set up, in place of an earlier one that was not finished. */
export async function replacePendingAuthenticator(
  tx: Transaction,
  authenticator: { organizationId: OrganizationId; userId: UserId; secret: Sealed<typeof authenticatorSecret>; now: Date },
): Promise<void> {
  const { organizationId, userId, secret, now } = authenticator
  const row = { organization_id: organizationId, user_id: userId, in_use: false, secret, created_at: now }
  await tx
    .insertInto('authenticators')
    .values(row)
    .onConflict((conflict) => conflict.columns(['user_id', 'in_use']).doUpdateSet({ secret, created_at: now }))
    .execute()
}

/** From now on the one that was being set up is the one in use. */
export async function useAuthenticator(tx: Transaction, userId: UserId, step: number, now: Date): Promise<void> {
  await tx.deleteFrom('authenticators').where('user_id', '=', userId).where('in_use', '=', true).execute()
  await tx
    .updateTable('authenticators')
    .set({ in_use: true, last_step: step, created_at: now })
    .where('user_id', '=', userId)
    .execute()
}

export async function authenticatorUsed(tx: Transaction, userId: UserId, step: number): Promise<void> {
  await tx.updateTable('authenticators').set({ last_step: step }).where('user_id', '=', userId).where('in_use', '=', true).execute()
}

/** @returns whether there was one in use */
export async function deleteAuthenticator(tx: Transaction, userId: UserId): Promise<boolean> {
  const deleted = await tx.deleteFrom('authenticators').where('user_id', '=', userId).returning('in_use').execute()
  return deleted.some(({ in_use }) => in_use)
}

export async function insertRecoveryCodes(
  tx: Transaction,
  { organizationId, userId, hashes, now }: { organizationId: OrganizationId; userId: UserId; hashes: Buffer[]; now: Date },
): Promise<void> {
  const rows = hashes.map((code_hash) => ({ organization_id: organizationId, user_id: userId, code_hash, created_at: now }))
  await tx.insertInto('recovery_codes').values(rows).execute()
}

/** Uses a code up. @returns whether it was there and unused: two at once cannot both have it */
export async function spendRecoveryCode(tx: Transaction, userId: UserId, hash: Buffer, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteRecoveryCodes(tx: Transaction, userId: UserId): Promise<void> {
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
}

/** Everything but the password. */
export async function deleteFactors(tx: Transaction, userId: UserId): Promise<void> {
  await tx.deleteFrom('passkeys').where('user_id', '=', userId).execute()
  await deleteAuthenticator(tx, userId)
  await deleteRecoveryCodes(tx, userId)
}

/** The passwords that somebody had before, the latest first. */
export async function earlierPasswords(tx: Transaction, userId: UserId): Promise<string[]> {
  const rows = await tx
    .selectFrom('password_history')
    .select('password_hash')
    .where('user_id', '=', userId)
    .orderBy('replaced_at', 'desc')
    .execute()
  return rows.map(({ password_hash }) => password_hash)
}

/** Keeps a password that was replaced, and forgets those before the last few. */
export async function keepEarlierPassword(
  tx: Transaction,
  { organizationId, userId, hash, now, most }: { organizationId: OrganizationId; userId: UserId; hash: string; now: Date; most: number },
): Promise<void> {
  await tx
    .insertInto('password_history')
    .values({ organization_id: organizationId, user_id: userId, password_hash: hash, replaced_at: now })
    .execute()
  const kept = tx
    .selectFrom('password_history')
    .select('password_hash')
    .where('user_id', '=', userId)
    .orderBy('replaced_at', 'desc')
    .limit(most)
  await tx.deleteFrom('password_history').where('user_id', '=', userId).where('password_hash', 'not in', kept).execute()
}

/** @returns whether the account still had the password that was looked at */
export async function replacePassword(
  tx: Transaction,
  { userId, from, to, now }: { userId: UserId; from: string | null; to: string; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ password_hash: to, password_changed_at: now })
    .where('id', '=', userId)
    .where('password_hash', 'is not distinct from', from)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
