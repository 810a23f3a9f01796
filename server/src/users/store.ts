import type { OrganizationId, Role, UserId } from '@curtain/protocol'
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
