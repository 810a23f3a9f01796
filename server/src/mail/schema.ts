import type { Id, OrganizationId, PatientId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

export const mailRecipient = sealedColumn('mails', 'recipient')
export const mailSubject = sealedColumn('mails', 'subject')
export const mailBody = sealedColumn('mails', 'body')

export type MailId = Id<'mail'>

/** A message on its way; gone once it is delivered, or given up. */
export interface MailRow {
  id: MailId
  organization_id: OrganizationId
  /** To whom, if to a patient: then it is sealed with their key, and goes with it. */
  patient_id: ColumnType<PatientId | null, PatientId | null | undefined, never>
  recipient: Sealed<typeof mailRecipient>
  subject: Sealed<typeof mailSubject>
  body: Sealed<typeof mailBody>
  created_at: ColumnType<Date, Date, never>
  attempts: ColumnType<number, undefined, number>
  /** While a server is at it: when another one may try. */
  next_attempt_at: Date
}
