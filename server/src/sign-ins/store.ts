import type { OrganizationId, UserId } from '@curtain/protocol'
import type { Selectable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { SignInId, SignInRow } from './schema.ts'

export async function insertSignIn(tx: Transaction, row: Selectable<SignInRow>): Promise<void> {
  await tx.insertInto('sign_ins').values(row).execute()
}

/** Whether an account was signed in to from a device before. */
export async function isKnownDevice(tx: Transaction, userId: UserId, deviceHash: Buffer): Promise<boolean> {
  const earlier = await tx
    .selectFrom('sign_ins')
    .select('id')
    .where('user_id', '=', userId)
    .where('device_hash', '=', deviceHash)
    .where('outcome', '=', 'signed-in')
    .limit(1)
    .executeTakeFirst()
  return earlier !== undefined
}

/**
 * Lines of the login log with the names of whose they are, the last first.
 * @param of one user's, or everybody's
 * @param before the line after which they begin
 */
export function signIns(
  tx: Transaction,
  organizationId: OrganizationId,
  { of, before, most }: { of: UserId | null; before: SignInId | null; most: number },
) {
  let query = tx
    .selectFrom('sign_ins')
    .innerJoin('users', 'users.id', 'sign_ins.user_id')
    .selectAll('sign_ins')
    .select('users.name as user_name')
    .where('sign_ins.organization_id', '=', organizationId)
  if (of !== null) query = query.where('sign_ins.user_id', '=', of)
  if (before !== null) query = query.where('sign_ins.id', '<', before)
  return query.orderBy('sign_ins.id', 'desc').limit(most).execute()
}
