import type { Role } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { UserRow } from '../users/schema.ts'
import type { ApiKeyId, ApiKeyRow } from './schema.ts'

/** Makes a key with its account. */
export async function insertApiKey(tx: Transaction, row: Insertable<ApiKeyRow>, account: { name: string; roles: Role[] }): Promise<void> {
  const { user_id: id, organization_id, created_at } = row
  const service: Insertable<UserRow> = {
    ...account,
    id,
    organization_id,
    kind: 'service',
    // RFC 2606 §2: no mail for it goes anywhere.
    email: `${id}@service.invalid`,
    password_hash: null,
    created_at,
  }
  await tx.insertInto('users').values(service).execute()
  await tx.insertInto('api_keys').values(row).execute()
}

/** Those that were not ended, with their names and their makers', the newest first. */
export function openApiKeys(tx: Transaction) {
  return tx
    .selectFrom('api_keys')
    .innerJoin('users as accounts', 'accounts.id', 'api_keys.user_id')
    .innerJoin('users as makers', 'makers.id', 'api_keys.created_by')
    .selectAll('api_keys')
    .select(['accounts.name', 'makers.name as maker_name'])
    .where('api_keys.ended_at', 'is', null)
    .orderBy('api_keys.id', 'desc')
    .execute()
}

/** A key, ended or not, with the roles of its account. */
export function findApiKey(tx: Transaction, id: ApiKeyId) {
  return tx
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .selectAll('api_keys')
    .select('users.roles')
    .where('api_keys.id', '=', id)
    .executeTakeFirst()
}

export async function touchApiKey(tx: Transaction, id: ApiKeyId, now: Date): Promise<void> {
  await tx.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** @returns the key's account; undefined when there is no such key, or it was ended */
export function endApiKey(tx: Transaction, id: ApiKeyId, now: Date) {
  return tx
    .updateTable('api_keys')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst()
}
