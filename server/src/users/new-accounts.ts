import { role, type OneTimeLink, type Role, type UserAccount, type UserId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { isUniqueViolation } from '../database/unique-violation.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import { newSecret } from '../keys/secrets.ts'
import type { Mail } from '../mail/mail.ts'
import { readOrganization } from '../organizations/store.ts'
import { endSignInLinks, insertSignInLink } from '../sessions/store.ts'
import type { StaffActor } from './schema.ts'
import { insertUser } from './store.ts'

/** Long enough for a link that was sent before a weekend. */
const linkMs = 3 * 24 * 60 * 60_000

export interface NewAccountsOptions {
  mail: Mail
  /** The origin people use, for links. */
  publicUrl: () => string
}

export type NewAccounts = ReturnType<typeof createNewAccounts>

/** How accounts are made, whoever it is that decides it, and how their users come in for the first time. */
export function createNewAccounts({ mail, publicUrl }: NewAccountsOptions) {
  /** Makes a link that signs somebody in once; earlier ones that were not used stop working. */
  async function makeLink(tx: Transaction, actor: StaffActor, user: UserId, at: Date): Promise<OneTimeLink> {
    const { organizationId, userId, sessionId } = actor
    const { secret, hash } = newSecret()
    const id = newId('signInLink', at)
    const expiresAt = new Date(at.getTime() + linkMs)
    await endSignInLinks(tx, user, at)
    await insertSignInLink(tx, { id, organizationId, userId: user, visitId: null, secretHash: hash, opens: 'set-up', expiresAt })
    await record(tx, { type: 'user.link-created', organizationId, userId, sessionId, target: user }, at)
    return { url: `${publicUrl()}/welcome#${secret}`, expiresAt: expiresAt.toISOString() }
  }

  return {
    makeLink,

    /** @throws AppError `email-taken`: addresses are unique over all organizations */
    async make(
      tx: Transaction,
      actor: StaffActor,
      { name, email, roles }: { name: string; email: string; roles: Role[] },
      at: Date,
    ): Promise<UserAccount> {
      const { organizationId, userId, sessionId } = actor
      const id = newId('user', at)
      await insertUser(tx, { id, organizationId, name, email, passwordHash: null, roles, now: at }).catch(asEmailTaken)
      await record(tx, { type: 'user.created', organizationId, userId, sessionId, target: id, facts: { roles } }, at)
      return { id, name, email, roles, suspended: false, hasPassword: false, createdAt: at.toISOString() }
    },

    /** Writes to somebody new how they come in. Does nothing where there is no mail. @returns whether it does */
    async welcome(
      tx: Transaction,
      { organizationId, fields }: { organizationId: StaffActor['organizationId']; fields: Sealer },
      email: string,
      /** Null: they come in by an identity provider. */
      link: OneTimeLink | null,
    ): Promise<boolean> {
      if (!mail.isSetUp) return false
      const { name } = await readOrganization(tx)
      const message = link === null ? readyMail(name, `${publicUrl()}/sign-in`) : welcomeMail(name, link.url)
      await mail.queue(tx, organizationId, fields, { to: email, ...message })
      return true
    },
  }
}

/** Once each, in one order, so that the same roles read the same. */
export function inOrder(roles: readonly Role[]): Role[] {
  return role.options.filter((one) => roles.includes(one))
}

function asEmailTaken(error: unknown): never {
  throw isUniqueViolation(error) ? new AppError('email-taken', { cause: error }) : error
}

// In both languages: nothing is known of the reader yet.

function welcomeMail(organization: string, url: string) {
  return {
    subject: `Your account at ${organization} · Su cuenta en ${organization}`,
    text: [
      `There is an account for you at ${organization}. Open this link to set it up. It works once, for three days, and signs`,
      'you in: give it to nobody else.',
      '',
      `Hay una cuenta para usted en ${organization}. Abra este enlace para configurarla. Funciona una vez, durante tres días, e`,
      'inicia su sesión: no se lo dé a nadie más.',
      '',
      url,
    ].join('\n'),
  }
}

function readyMail(organization: string, url: string) {
  return {
    subject: `Your account at ${organization} · Su cuenta en ${organization}`,
    text: [
      `Your request for an account at ${organization} was approved. Sign in with your organization’s account, as before.`,
      '',
      `Se aprobó su solicitud de una cuenta en ${organization}. Inicie sesión con la cuenta de su organización, como antes.`,
      '',
      url,
    ].join('\n'),
  }
}
