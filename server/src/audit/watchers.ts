import type { Role } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'

/** The addresses of those who watch over the log: the security officers, or where there is none the owners. */
export async function watchersOf(tx: Transaction): Promise<string[]> {
  const officers = await addressesOf(tx, 'security-officer')
  return officers.length > 0 ? officers : addressesOf(tx, 'owner')
}

async function addressesOf(tx: Transaction, role: Role): Promise<string[]> {
  const rows = await tx
    .selectFrom('users')
    .select('email')
    .where('kind', '=', 'person')
    .where('suspended_at', 'is', null)
    .where(sql<boolean>`${role} = any(roles)`)
    .orderBy('id')
    .execute()
  return rows.map(({ email }) => email)
}
