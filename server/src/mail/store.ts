import type { OrganizationId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import type { OutgoingMail } from './mail.ts'
import { mailBody, mailRecipient, mailSubject, type MailId } from './schema.ts'

export async function insertMail(
  tx: Transaction,
  fields: Sealer,
  mail: OutgoingMail & { id: MailId; organizationId: OrganizationId; now: Date },
): Promise<void> {
  await tx
    .insertInto('mails')
    .values({
      id: mail.id,
      organization_id: mail.organizationId,
      patient_id: mail.patientId ?? null,
      recipient: fields.seal(mailRecipient, mail.id, mail.to),
      subject: fields.seal(mailSubject, mail.id, mail.subject),
      body: fields.seal(mailBody, mail.id, mail.text),
      created_at: mail.now,
      next_attempt_at: mail.now,
    })
    .execute()
}

/**
 * Takes a message for an attempt: until `until` no other server takes it, nor this one again after a crash.
 * @returns undefined when it is somebody else's, or gone
 */
export function claimMail(tx: Transaction, id: MailId, now: Date, until: Date) {
  return tx
    .updateTable('mails')
    .set((row) => ({ attempts: row('attempts', '+', 1), next_attempt_at: until }))
    .where('id', '=', id)
    .where('next_attempt_at', '<=', now)
    .returning(['patient_id', 'recipient', 'subject', 'body', 'created_at', 'attempts'])
    .executeTakeFirst()
}

export async function postponeMail(tx: Transaction, id: MailId, until: Date): Promise<void> {
  await tx.updateTable('mails').set({ next_attempt_at: until }).where('id', '=', id).execute()
}

export async function deleteMail(tx: Transaction, id: MailId): Promise<void> {
  await tx.deleteFrom('mails').where('id', '=', id).execute()
}
