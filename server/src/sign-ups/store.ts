import type { IdentityProviderId, OrganizationId, SignUpId, UserId } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { SignUpRow } from './schema.ts'

/** Whether people may ask for an account themselves. Undefined where there is no such organization. */
export async function takesSignUps(tx: Transaction): Promise<{ open: boolean; name: string } | undefined> {
  const row = await tx.selectFrom('organizations').select(['name', 'takes_sign_ups']).executeTakeFirst()
  return row && { open: row.takes_sign_ups, name: row.name }
}

/** @returns whether it was otherwise before */
export async function setTakesSignUps(tx: Transaction, organizationId: OrganizationId, open: boolean): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('organizations')
    .set({ takes_sign_ups: open })
    .where('id', '=', organizationId)
    .where('takes_sign_ups', '!=', open)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function insertSignUp(tx: Transaction, row: Insertable<SignUpRow>): Promise<void> {
  await tx.insertInto('sign_ups').values(row).execute()
}

const nothingKept = { name: null, email: null, note: null, confirmation_hash: null }

/** What nobody decided in its time is over, and nothing is kept of it. */
export async function expireSignUps(tx: Transaction, now: Date): Promise<void> {
  await tx
    .updateTable('sign_ups')
    .set({ ...nothingKept, outcome: 'expired', decided_at: now })
    .where('outcome', 'is', null)
    .where('expires_at', '<=', now)
    .execute()
}

/** Those that nobody has decided, the oldest first, with who proposed them or where they come from. */
export function openSignUps(tx: Transaction) {
  return tx
    .selectFrom('sign_ups')
    .leftJoin('users', 'users.id', 'sign_ups.proposed_by')
    .leftJoin('identity_providers', 'identity_providers.id', 'sign_ups.provider_id')
    .selectAll('sign_ups')
    .select(['users.name as proposer', 'identity_providers.name as provider'])
    .where('sign_ups.outcome', 'is', null)
    .orderBy('sign_ups.id')
    .execute()
}

/** One of them, held until the transaction ends. */
export function lockSignUp(tx: Transaction, id: SignUpId) {
  return tx.selectFrom('sign_ups').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function decideSignUp(
  tx: Transaction,
  id: SignUpId,
  outcome: 'approved' | 'refused' | 'expired',
  by: { userId: UserId | null; now: Date },
): Promise<void> {
  await tx
    .updateTable('sign_ups')
    .set({ ...nothingKept, outcome, decided_by: by.userId, decided_at: by.now })
    .where('id', '=', id)
    .execute()
}

/** @returns whether it was still to be confirmed: a link works once */
export async function confirmSignUp(tx: Transaction, id: SignUpId, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sign_ups')
    .set({ email_confirmed_at: now, confirmation_hash: null })
    .where('id', '=', id)
    .where('confirmation_hash', 'is not', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Whether somebody from a provider is in line already, or was refused since a time. */
export async function isKnownFromProvider(
  tx: Transaction,
  { providerId, subjectHash }: { providerId: IdentityProviderId; subjectHash: Buffer },
  refusedSince: Date,
): Promise<boolean> {
  const found = await tx
    .selectFrom('sign_ups')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('subject_hash', '=', subjectHash)
    .where((where) =>
      where.or([
        where('outcome', 'is', null),
        where.and([where('outcome', '=', 'refused'), where('decided_at', '>', refusedSince)]),
      ]),
    )
    .executeTakeFirst()
  return found !== undefined
}
