import type { OrganizationId, PatientId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'

/** A message in plain words. It names no patient and says nothing about one: mail is read on the way. */
export interface OutgoingMail {
  to: string
  subject: string
  text: string
  /** To whom, if to a patient: what waits of it is sealed with their key, so that nothing of it opens once they are erased. */
  patientId?: PatientId | null
}

/** Mail that is on its way once the change that causes it is committed. */
export interface Mail {
  /** Whether there is a mail server to send it by. */
  readonly isSetUp: boolean
  /**
   * Puts a message in line, sealed, in the transaction of what causes it. It is sent after that, over restarts, until the
   * mail server takes it or refuses it for good. Without a mail server nothing is kept.
   * @param fields the organization's sealer, or the patient's for a message to one
   */
  queue(tx: Transaction, organizationId: OrganizationId, fields: Sealer, message: OutgoingMail): Promise<void>
}
