import {
  role,
  type Clinician,
  type OneTimeLink,
  type Role,
  type UserAccount,
  type UserChange,
  type UserId,
  type userInput,
} from '@curtain/protocol'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { newSecret } from '../keys/secrets.ts'
import type { SessionEndings } from '../sessions/endings.ts'
import { endSessionsOf, endSignInLinks, insertSignInLink, openSessionsOf } from '../sessions/store.ts'
import { mayHostVisits } from '../visits/policy.ts'
import { mayChangeRoles, mayListClinicians, mayListUsers, mayManageRoles, mayManageUser, mayManageUsers } from './policy.ts'
import type { StaffActor, UserRow } from './schema.ts'
import { allUsers, clinicians, insertUser, lockUser, updateUser } from './store.ts'

/** Long enough for a link that was sent before a weekend. */
const linkMs = 3 * 24 * 60 * 60_000

export interface UsersOptions {
  database: Database
  endings: Pick<SessionEndings, 'endSession' | 'refresh'>
  /** The origin people use, for links. */
  publicUrl: () => string
  now?: () => Date
}

export type Users = ReturnType<typeof createUsers>

/** The staff of an organization: their accounts, and what roles they have. */
export function createUsers({ database, endings, publicUrl, now = () => new Date() }: UsersOptions) {
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
    /** With whom visits can be planned, by name. @throws AppError `forbidden` */
    async clinicians(actor: StaffActor): Promise<Clinician[]> {
      await demand(database, actor, mayListClinicians(actor), 'clinician.list')
      return database.inOrganization(actor.organizationId, (tx) => clinicians(tx))
    },

    /** Every account, by name. @throws AppError `forbidden` */
    async list(actor: StaffActor): Promise<UserAccount[]> {
      await demand(database, actor, mayListUsers(actor), 'user.list')
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        const users = (await allUsers(tx)).map(describe)
        const facts = { count: users.length }
        await record(tx, { type: 'user.listed', organizationId, userId, sessionId, facts }, now())
        return users
      })
    },

    /**
     * Makes an account, and a link with which its user signs in for the first time.
     * @throws AppError `forbidden`, `email-taken`
     */
    async create(
      actor: StaffActor,
      input: z.output<typeof userInput>,
    ): Promise<{ user: UserAccount; link: OneTimeLink }> {
      const { organizationId, userId, sessionId } = actor
      const roles = inOrder(input.roles)
      await demand(database, actor, mayManageRoles(actor, roles), 'user.create')
      // Addresses are unique over all organizations: asked before, and refused by the database for two at once.
      if ((await database.lookUps.user(input.email)) !== null) throw new AppError('email-taken')
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const id = newId('user', at)
        const { name, email } = input
        await insertUser(tx, { id, organizationId, name, email, passwordHash: null, roles, now: at }).catch(asEmailTaken)
        await record(tx, { type: 'user.created', organizationId, userId, sessionId, target: id, facts: { roles } }, at)
        const user = { id, name, email, roles, suspended: false, hasPassword: false, createdAt: at.toISOString() }
        return { user, link: await makeLink(tx, actor, id, at) }
      })
    },

    /**
     * Changes somebody's roles, suspends them or lets them sign in again. Whoever is suspended loses every session, link
     * and live visit at once; whoever may not hold visits any more, the live visits.
     * @throws AppError `not-found`, `forbidden`, `last-owner`
     */
    async change(actor: StaffActor, target: UserId, change: UserChange): Promise<UserAccount> {
      await demand(database, actor, mayManageUsers(actor), 'user.change', target)
      const by = { organizationId: actor.organizationId, userId: actor.userId, sessionId: actor.sessionId, target }
      const { user, sessions, leaves } = await inReach(database, actor, async (tx) => {
        const at = now()
        const held = await lockUser(tx, target)
        if (held === undefined) throw new AppError('not-found')
        const { user: before, otherOwners } = held
        const roles = inOrder(change.roles ?? before.roles)
        const suspended = change.suspended ?? before.suspended_at !== null
        const rolesChange = roles.join() !== inOrder(before.roles).join()
        const suspensionChanges = suspended !== (before.suspended_at !== null)
        if (rolesChange) {
          demandReach(mayChangeRoles(actor, before, roles), 'user.change-roles', target, 'forbidden')
        }
        if (suspensionChanges) {
          const action = suspended ? 'user.suspend' : 'user.resume'
          demandReach(mayManageUser(actor, before), action, target, 'forbidden')
        }
        const wasOwner = before.roles.includes('owner') && before.suspended_at === null
        const isOwner = roles.includes('owner') && !suspended
        if (wasOwner && !isOwner && otherOwners === 0) throw new AppError('last-owner')

        let sessions = rolesChange ? await openSessionsOf(tx, target) : []
        if (rolesChange) {
          await updateUser(tx, target, { roles })
          const facts = { roles, rolesBefore: before.roles }
          await record(tx, { type: 'user.roles-changed', ...by, facts }, at)
        }
        if (suspensionChanges) {
          await updateUser(tx, target, { suspended_at: suspended ? at : null })
          if (suspended) {
            sessions = await endSessionsOf(tx, target, at)
            await endSignInLinks(tx, target, at)
            await record(tx, { type: 'user.suspended', ...by, facts: { sessions: sessions.length } }, at)
          } else {
            await record(tx, { type: 'user.resumed', ...by }, at)
          }
        }
        const leaves = suspended || (mayHostVisits(before) && !mayHostVisits({ roles }))
        return { user: { ...describe(before), roles, suspended }, sessions, leaves }
      })
      for (const session of sessions) (leaves ? endings.endSession : endings.refresh)(session)
      return user
    },

    /**
     * A new link for somebody who has no password, in place of one that was lost or has expired.
     * @throws AppError `not-found`, `forbidden`, `password-set`, `account-suspended`
     */
    async createLink(actor: StaffActor, target: UserId): Promise<OneTimeLink> {
      await demand(database, actor, mayManageUsers(actor), 'user.create-link', target)
      return inReach(database, actor, async (tx) => {
        const user = (await lockUser(tx, target))?.user
        if (user === undefined) throw new AppError('not-found')
        demandReach(mayManageUser(actor, user), 'user.create-link', target, 'forbidden')
        // Nobody gets into an account by a link from somebody else once its user has a secret of their own.
        if (user.password_hash !== null) throw new AppError('password-set')
        if (user.suspended_at !== null) throw new AppError('account-suspended')
        return makeLink(tx, actor, target, now())
      })
    },
  }
}

/** Once each, in one order, so that the same roles read the same. */
function inOrder(roles: readonly Role[]): Role[] {
  return role.options.filter((one) => roles.includes(one))
}

function describe(row: Selectable<UserRow>): UserAccount {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    roles: inOrder(row.roles),
    suspended: row.suspended_at !== null,
    hasPassword: row.password_hash !== null,
    createdAt: row.created_at.toISOString(),
  }
}

/** PostgreSQL's unique_violation (appendix A). */
function asEmailTaken(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  throw code === '23505' ? new AppError('email-taken', { cause: error }) : error
}
