import type {
  Admitted,
  IdentityProviderId,
  invitationInput,
  invited,
  OrganizationId,
  Role,
  SignUp,
  SignUpId,
  signUpInput,
  SignUpList,
} from '@curtain/protocol'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { putIdentity } from '../identity-providers/store.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import type { Mail } from '../mail/mail.ts'
import { inOrder, type NewAccounts } from '../users/new-accounts.ts'
import { mayManageRoles } from '../users/policy.ts'
import type { SignedInActor } from '../users/schema.ts'
import type { Users } from '../users/service.ts'
import { confirmationMail } from './mails.ts'
import { mayApprove, mayDecideSignUps, mayPropose, maySeeSignUps } from './policy.ts'
import { signUpEmail, signUpName, signUpNote } from './schema.ts'
import {
  confirmSignUp,
  decideSignUp,
  expireSignUps,
  insertSignUp,
  isKnownFromProvider,
  lockSignUp,
  openSignUps,
  setTakesSignUps,
  takesSignUps,
} from './store.ts'

const dayMs = 24 * 60 * 60_000
/** Somebody may be on holiday who decides. */
const waitingMs = 30 * dayMs
/** More than anybody would read, of each kind: whoever fills the line from outside keeps no colleague out of it. */
const mostWaiting = 200
/** Nobody's mailbox is filled with letters that ask whether it is theirs. */
const mailAgainMs = 10 * 60_000

export interface SignUpsOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  mail: Mail
  users: Pick<Users, 'create'>
  newAccounts: NewAccounts
  /** The origin people use, for links. */
  publicUrl: () => string
  now?: () => Date
}

export type SignUps = ReturnType<typeof createSignUps>

/** Who is to have an account: they ask themselves, or a colleague does, and somebody entitled decides. */
export function createSignUps({ database, keys, mail, users, newAccounts, publicUrl, now = () => new Date() }: SignUpsOptions) {
  interface NewSignUp {
    organizationId: OrganizationId
    kind: SignUp['kind']
    name: string
    email: string
    note: string
    roles: Role[]
    proposedBy?: SignedInActor['userId']
    from?: { providerId: IdentityProviderId; subjectHash: Buffer }
    confirmationHash?: Buffer
  }

  async function insert(tx: Transaction, fields: Sealer, input: NewSignUp, at: Date): Promise<{ id: SignUpId; expiresAt: Date }> {
    const id = newId('signUp', at)
    const expiresAt = new Date(at.getTime() + waitingMs)
    await insertSignUp(tx, {
      id,
      organization_id: input.organizationId,
      kind: input.kind,
      name: fields.seal(signUpName, id, input.name),
      email: fields.seal(signUpEmail, id, input.email),
      note: fields.seal(signUpNote, id, input.note),
      roles: input.roles,
      proposed_by: input.proposedBy ?? null,
      provider_id: input.from?.providerId ?? null,
      subject_hash: input.from?.subjectHash ?? null,
      // A provider says of no address but a confirmed one whose it is.
      email_confirmed_at: input.kind === 'identity-provider' ? at : null,
      confirmation_hash: input.confirmationHash ?? null,
      created_at: at,
      expires_at: expiresAt,
    })
    return { id, expiresAt }
  }

  /** Those that wait, once those that are too old do not any more. */
  async function waiting(tx: Transaction, at: Date) {
    await expireSignUps(tx, at)
    return openSignUps(tx)
  }

  /** @throws AppError `not-found`, `sign-up-over` */
  async function hold(tx: Transaction, id: SignUpId, at: Date) {
    const held = await lockSignUp(tx, id)
    if (held === undefined) throw new AppError('not-found')
    const { name, email } = held
    if (name === null || email === null || held.expires_at <= at) throw new AppError('sign-up-over')
    return { ...held, name, email }
  }

  return {
    /** What is told to whoever opened the page. @throws AppError `join-closed` */
    async joinPage(organizationId: OrganizationId): Promise<{ organization: { name: string } }> {
      const found = await database.inOrganization(organizationId, takesSignUps)
      if (found?.open !== true) throw new AppError('join-closed')
      return { organization: { name: found.name } }
    },

    /**
     * Puts somebody in line who asks for an account. Whoever asks twice is in line once; that there is an account already is
     * for those who decide to see.
     * @throws AppError `join-closed`
     */
    async receive({ organizationId, name, email, note }: z.output<typeof signUpInput>): Promise<{ mailed: boolean }> {
      const { open } = (await database.inOrganization(organizationId, takesSignUps)) ?? { open: false }
      if (!open) throw new AppError('join-closed')
      const fields = await keys.sealer(organizationId)
      await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const inLine = await waiting(tx, at)
        const earlier = inLine.find((one) => one.kind === 'request' && one.email !== null && fields.open(signUpEmail, one.id, one.email) === email)
        const isFresh = earlier !== undefined && at.getTime() - earlier.created_at.getTime() < mailAgainMs
        if (earlier?.email_confirmed_at != null || isFresh || isFull(inLine, 'request')) return
        // Nothing was shown of who asked then: whoever asks now has the newer link, and the same chance.
        if (earlier !== undefined) await decideSignUp(tx, earlier.id, 'expired', { userId: null, now: at })
        const { secret, hash } = newSecret()
        const confirmationHash = mail.isSetUp ? { confirmationHash: hash } : {}
        const input: NewSignUp = { organizationId, kind: 'request', name, email, note, roles: [], ...confirmationHash }
        const { id } = await insert(tx, fields, input, at)
        const facts = { kind: input.kind }
        await record(tx, { type: 'sign-up.received', organizationId, target: id, facts }, at)
        if (!mail.isSetUp) return
        const message = confirmationMail((await takesSignUps(tx))?.name ?? '', `${publicUrl()}/join/confirm#${secret}`)
        await mail.queue(tx, organizationId, fields, { to: email, ...message })
      })
      return { mailed: mail.isSetUp }
    },

    /** They opened what was mailed to them: the address is theirs. @throws AppError `sign-up-link-invalid` */
    async confirm(secret: string): Promise<void> {
      const found = await database.lookUps.signUp(hashSecret(secret))
      if (found === null) throw new AppError('sign-up-link-invalid')
      const { organizationId, id: target } = found
      await database.inOrganization(organizationId, async (tx) => {
        if (!(await confirmSignUp(tx, target, now()))) throw new AppError('sign-up-link-invalid')
        await record(tx, { type: 'sign-up.confirmed', organizationId, target }, now())
      })
    },

    /** How somebody from an identity provider is put in line. Whoever was refused a while ago is not again. */
    async fromProvider(organizationId: OrganizationId) {
      const fields = await keys.sealer(organizationId)
      return async (
        tx: Transaction,
        whom: { providerId: IdentityProviderId; subjectHash: Buffer; name: string; email: string; roles: Role[] },
        at: Date,
      ): Promise<void> => {
        const inLine = await waiting(tx, at)
        const isKnown = await isKnownFromProvider(tx, whom, new Date(at.getTime() - waitingMs))
        if (isKnown || isFull(inLine, 'identity-provider')) return
        const { name, email, roles, providerId, subjectHash } = whom
        const from = { providerId, subjectHash }
        const input: NewSignUp = { organizationId, kind: 'identity-provider', name, email, note: '', roles, from }
        const { id } = await insert(tx, fields, input, at)
        await record(tx, { type: 'sign-up.received', organizationId, target: id, facts: { kind: input.kind } }, at)
      }
    },

    /** Everybody who waits. @throws AppError `forbidden` */
    async list(actor: SignedInActor): Promise<SignUpList> {
      await demand(database, actor, maySeeSignUps(actor), 'sign-up.list')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const rows = await waiting(tx, at)
        const { open } = (await takesSignUps(tx)) ?? { open: false }
        const facts = { count: rows.length }
        await record(tx, { type: 'sign-up.listed', organizationId, userId, sessionId, facts }, at)
        const signUps = rows.flatMap((row): SignUp[] => {
          if (row.name === null || row.email === null || row.note === null) return []
          return [{
            id: row.id,
            kind: row.kind,
            name: fields.open(signUpName, row.id, row.name),
            email: fields.open(signUpEmail, row.id, row.email),
            note: fields.open(signUpNote, row.id, row.note),
            emailConfirmed: row.email_confirmed_at !== null,
            roles: row.roles,
            from: row.proposer ?? row.provider,
            isOwn: row.proposed_by === userId,
            createdAt: row.created_at.toISOString(),
            expiresAt: row.expires_at.toISOString(),
          }]
        })
        return { open, joinUrl: `${publicUrl()}/join/${organizationId}`, signUps }
      })
    },

    /** Whether people may ask for an account themselves. @throws AppError `forbidden` */
    async setOpen(actor: SignedInActor, open: boolean): Promise<{ open: boolean }> {
      await demand(database, actor, mayDecideSignUps(actor), 'sign-up.set-open')
      const { organizationId, userId, sessionId } = actor
      await database.inOrganization(organizationId, async (tx) => {
        if (!(await setTakesSignUps(tx, organizationId, open))) return
        const facts = { open: String(open) }
        const type = 'organization.sign-ups-changed'
        await record(tx, { type, organizationId, userId, sessionId, target: organizationId, facts }, now())
      })
      return { open }
    },

    /**
     * Makes the account, with these roles and no others, and a link for its first sign-in: mailed, or told to who approves.
     * @throws AppError `forbidden`, `not-found`, `sign-up-over`, `email-taken`
     */
    async approve(actor: SignedInActor, id: SignUpId, wanted: readonly Role[]): Promise<Admitted> {
      const { organizationId, userId, sessionId } = actor
      const roles = inOrder(wanted)
      await demand(database, actor, mayManageRoles(actor, roles), 'sign-up.approve', id)
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const at = now()
        const held = await hold(tx, id, at)
        demandReach(mayApprove(actor, { proposedBy: held.proposed_by }, roles), 'sign-up.approve', id, 'forbidden')
        const [name, email] = [fields.open(signUpName, id, held.name), fields.open(signUpEmail, id, held.email)]
        const user = await newAccounts.make(tx, actor, { name, email, roles }, at)
        const { provider_id: providerId, subject_hash: subjectHash } = held
        if (providerId !== null && subjectHash !== null) {
          await putIdentity(tx, { organizationId, providerId, subjectHash, userId: user.id, now: at })
          const facts = { providerId }
          await record(tx, { type: 'identity.linked', organizationId, userId, sessionId, target: user.id, facts }, at)
        }
        await decideSignUp(tx, id, 'approved', { userId, now: at })
        const facts = { roles, signUpId: id }
        await record(tx, { type: 'sign-up.approved', organizationId, userId, sessionId, target: user.id, facts }, at)
        const link = providerId === null ? await newAccounts.makeLink(tx, actor, user.id, at) : null
        const mailed = await newAccounts.welcome(tx, { organizationId, fields }, email, link)
        return { user, link: mailed ? null : link, mailed }
      })
    },

    /** Nothing is kept of who is refused, and they are not told. @throws AppError `forbidden`, `not-found`, `sign-up-over` */
    async refuse(actor: SignedInActor, id: SignUpId): Promise<void> {
      await demand(database, actor, mayDecideSignUps(actor), 'sign-up.refuse', id)
      const { organizationId, userId, sessionId } = actor
      await inReach(database, actor, async (tx) => {
        const at = now()
        await hold(tx, id, at)
        await decideSignUp(tx, id, 'refused', { userId, now: at })
        await record(tx, { type: 'sign-up.refused', organizationId, userId, sessionId, target: id }, at)
      })
    },

    /**
     * Asks for a colleague to have an account. Whoever may make one like that makes it so; everybody else's waits.
     * @throws AppError `forbidden`, `email-taken`
     */
    async invite(actor: SignedInActor, input: z.output<typeof invitationInput>): Promise<z.output<typeof invited>> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayPropose(actor), 'sign-up.propose')
      const { name, email, note } = input
      const roles = inOrder(input.roles)
      if (mayManageRoles(actor, roles)) return { outcome: 'admitted', ...(await users.create(actor, { name, email, roles })) }
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        if (isFull(await waiting(tx, at), 'proposal')) throw new AppError('rate-limited')
        const proposal: NewSignUp = { organizationId, kind: 'proposal', name, email, note, roles, proposedBy: userId }
        const { id, expiresAt } = await insert(tx, fields, proposal, at)
        const facts = { kind: proposal.kind }
        await record(tx, { type: 'sign-up.received', organizationId, userId, sessionId, target: id, facts }, at)
        return { outcome: 'waiting', id, expiresAt: expiresAt.toISOString() }
      })
    },
  }
}

function isFull(inLine: readonly Pick<SignUp, 'kind'>[], kind: SignUp['kind']): boolean {
  return inLine.filter((one) => one.kind === kind).length >= mostWaiting
}
