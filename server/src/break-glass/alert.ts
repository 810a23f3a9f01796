import type { UserId } from '@curtain/protocol'
import { addressesOf } from '../audit/watchers.ts'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Mail } from '../mail/mail.ts'
import type { SignedInActor } from '../users/schema.ts'
import { glassMail } from './glass-mail.ts'

/** Who is told: the security officers, or where there is none the owners, but not whoever did it. */
async function watchersBut(tx: Transaction, userId: UserId): Promise<{ officers: boolean; to: string[] }> {
  const officers = await addressesOf(tx, ['security-officer'], userId)
  return officers.length > 0 ? { officers: true, to: officers } : { officers: false, to: await addressesOf(tx, ['owner'], userId) }
}

/** Tells those who watch over access that somebody broke the glass. Neither of whom nor why: mail is read on the way. */
export async function alertWatchers(
  tx: Transaction,
  { mail, fields, publicUrl }: { mail: Mail; fields: Sealer; publicUrl: string },
  actor: SignedInActor,
  name: string,
): Promise<void> {
  const { officers, to } = await watchersBut(tx, actor.userId)
  const message = glassMail(name, officers ? 'reviewed-by-them' : 'reviewed-by-nobody', publicUrl)
  for (const address of to) await mail.queue(tx, actor.organizationId, fields, { to: address, ...message })
}
