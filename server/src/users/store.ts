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
      roles: user.roles,
      created_at: user.now,
    })
    .execute()
}

export function findUser(tx: Transaction, userId: UserId) {
  return tx
    .selectFrom('users')
    .select(['id', 'organization_id', 'name', 'email', 'password_hash', 'roles'])
    .where('id', '=', userId)
    .executeTakeFirst()
}

const activeClinicians = (tx: Transaction) => tx.selectFrom('users').where(sql<boolean>`'clinician' = any(roles)`)

/** Everybody a visit can be planned with, by name. */
export function clinicians(tx: Transaction) {
  return activeClinicians(tx).select(['id', 'name']).orderBy('name').orderBy('id').execute()
}

/** Whether a visit can be planned with somebody. */
export async function isClinician(tx: Transaction, userId: UserId): Promise<boolean> {
  return (await activeClinicians(tx).select('id').where('id', '=', userId).executeTakeFirst()) !== undefined
}
