import type { OrganizationId, Role, UserId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'

export async function insertUser(
  tx: Transaction,
  user: {
    id: UserId
    organizationId: OrganizationId
    name: string
    email: string
    passwordHash: string | null
    roles: Role[]
    now: Date
  },
): Promise<void> {
  await tx
    .insertInto('users')
    .values({
      id: user.id,
      organization_id: user.organizationId,
      name: user.name,
      email: user.email,
      password_hash: user.passwordHash,
      password_changed_at: user.passwordHash === null ? null : user.now,
      roles: user.roles,
      created_at: user.now,
    })
    .execute()
}

const account = (tx: Transaction, userId: UserId) =>
  tx
    .selectFrom('users')
    .select(['id', 'organization_id', 'name', 'email', 'password_hash', 'password_changed_at', 'roles', 'suspended_at'])
    .where('id', '=', userId)

export const findUser = (tx: Transaction, userId: UserId) => account(tx, userId).executeTakeFirst()

/** An account as it is until the transaction ends: nobody suspends it, or changes its password, meanwhile. */
export const holdUser = (tx: Transaction, userId: UserId) => account(tx, userId).forShare().executeTakeFirst()

const activeClinicians = (tx: Transaction) =>
  tx.selectFrom('users').where('suspended_at', 'is', null).where(sql<boolean>`'clinician' = any(roles)`)

/** Everybody a visit can be planned with, by name. */
export function clinicians(tx: Transaction) {
  return activeClinicians(tx).select(['id', 'name']).orderBy('name').orderBy('id').execute()
}

/** Whether a visit can be planned with somebody. */
export async function isClinician(tx: Transaction, userId: UserId): Promise<boolean> {
  return (await activeClinicians(tx).select('id').where('id', '=', userId).executeTakeFirst()) !== undefined
}

/** Keeps the same password under a better hash. */
export async function upgradePassword(tx: Transaction, userId: UserId, { from, to }: { from: string; to: string }): Promise<void> {
  await tx.updateTable('users').set({ password_hash: to }).where('id', '=', userId).where('password_hash', '=', from).execute()
}

/** Takes the password off an account: its user comes in by a link, and sets another. */
export async function clearPassword(tx: Transaction, userId: UserId): Promise<void> {
  await tx.updateTable('users').set({ password_hash: null, password_changed_at: null }).where('id', '=', userId).execute()
}

/** Every person's account, by name. */
export function allUsers(tx: Transaction) {
  return tx.selectFrom('users').selectAll().where('kind', '=', 'person').orderBy('name').orderBy('id').execute()
}

/**
 * A person's account, held until the transaction ends together with every owner's: so two of them cannot take the role from each
 * other at once.
 * @returns with it, how many active owners there are beside it
 */
export async function lockUser(tx: Transaction, userId: UserId) {
  const rows = await tx
    .selectFrom('users')
    .selectAll()
    .where('kind', '=', 'person')
    .where((where) => where.or([where('id', '=', userId), sql<boolean>`'owner' = any(roles)`]))
    .orderBy('id')
    .forUpdate()
    .execute()
  const user = rows.find(({ id }) => id === userId)
  const otherOwners = rows.filter((row) => row.id !== userId && row.suspended_at === null && row.roles.includes('owner'))
  return user && { user, otherOwners: otherOwners.length }
}

export async function updateUser(
  tx: Transaction,
  userId: UserId,
  change: { roles?: Role[]; suspended_at?: Date | null },
): Promise<void> {
  await tx.updateTable('users').set(change).where('id', '=', userId).execute()
}
