import type { Role, UserId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import { inBothLanguages } from '../mail/both-languages.ts'
import type { Mail } from '../mail/mail.ts'
import type { StaffActor } from '../users/schema.ts'

/** The addresses of those who watch over the log: the security officers, or where there is none the owners. */
export async function watchersOf(tx: Transaction): Promise<string[]> {
  const officers = await addressesOf(tx, ['security-officer'])
  return officers.length > 0 ? officers : addressesOf(tx, ['owner'])
}

/** Of everybody with an active account and one of these roles. */
export async function addressesOf(tx: Transaction, roles: readonly Role[], but: UserId | null = null): Promise<string[]> {
  const rows = await tx
    .selectFrom('users')
    .select('email')
    .where('kind', '=', 'person')
    .where('suspended_at', 'is', null)
    .where(sql<boolean>`roles && ${roles}::text[]`)
    .where(sql<boolean>`id is distinct from ${but}`)
    .orderBy('id')
    .execute()
  return rows.map(({ email }) => email)
}

/** What tells them. */
export interface Telling {
  mail: Mail
  fields: Sealer
  publicUrl: string
}

/** What somebody did, in each language: the end of a sentence that begins with who it was, such as `changed what comes up for review`. */
export type Did = { en: string; es: string }

/**
 * Tells the other security officers and the owners that somebody changed how the log is watched or kept: who watches must not
 * be able to look away alone.
 */
export async function tellOtherWatchers(tx: Transaction, { mail, fields, publicUrl }: Telling, actor: StaffActor, did: Did): Promise<void> {
  const { organizationId, userId } = actor
  const { name } = await tx.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirstOrThrow()
  const page = `${publicUrl}/log?person=${userId}`
  const message = {
    subject: 'How the log is watched was changed / Cambió cómo se vigila el registro',
    text: inBothLanguages(
      `${name} ${did.en}. What exactly, and when, is in the log:\n${page}`,
      `${name} ${did.es}. Qué exactamente, y cuándo, está en el registro:\n${page}`,
    ),
  }
  for (const to of await addressesOf(tx, ['security-officer', 'owner'], userId)) {
    await mail.queue(tx, organizationId, fields, { to, ...message })
  }
}
