import type { OrganizationId, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Sealer } from '../keys/fields.ts'
import { newSecret } from '../keys/secrets.ts'
import type { Mail } from '../mail/mail.ts'
import { readOrganization } from '../organizations/store.ts'
import { newPasswordMail } from './new-password-mail.ts'
import { endSignInLinks, insertSignInLink } from './store.ts'

/** Short, as it lies in a mailbox: whoever asked for it is waiting for it. */
const linkMs = 30 * 60_000

export type NewPasswordLinks = ReturnType<typeof createNewPasswordLinks>

/** Links that lead somebody who has a password to a new one. They are mailed to the account's own address, and told to nobody. */
export function createNewPasswordLinks({ mail, publicUrl }: { mail: Mail; publicUrl: () => string }) {
  return {
    get canBeMailed(): boolean {
      return mail.isSetUp
    },

    /**
     * Mails one; earlier ones that were not used stop working. The account is to be held, so that of two at once one stays.
     * @param fields the organization's sealer
     * @returns until when it works
     */
    async send(
      tx: Transaction,
      { organizationId, fields }: { organizationId: OrganizationId; fields: Sealer },
      { id: userId, email }: { id: UserId; email: string },
      at: Date,
    ): Promise<Date> {
      const { secret, hash: secretHash } = newSecret()
      const expiresAt = new Date(at.getTime() + linkMs)
      await endSignInLinks(tx, userId, at)
      await insertSignInLink(tx, {
        id: newId('signInLink', at), organizationId, userId, visitId: null, secretHash, opens: 'new-password', expiresAt,
      })
      const { name } = await readOrganization(tx)
      await mail.queue(tx, organizationId, fields, { to: email, ...newPasswordMail(name, `${publicUrl()}/welcome#${secret}`) })
      return expiresAt
    },
  }
}
