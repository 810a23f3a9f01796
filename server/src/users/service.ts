import {
  type Clinician,
  type OneTimeLink,
  type UserAccount,
  type UserChange,
  type UserId,
  type UserLink,
  type userInput,
} from '@curtain/protocol'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import { identitiesOf } from '../identity-providers/store.ts'
import type { Keys } from '../keys/keys.ts'
import type { SessionEndings } from '../sessions/endings.ts'
import type { NewPasswordLinks } from '../sessions/new-password-links.ts'
import { revokeUnusedRoomTokensOf } from '../room-tokens/store.ts'
import { endSessionsOf, endSignInLinks, endUnfinishedSessions, openSessionsOf } from '../sessions/store.ts'
import { mayHostVisits } from '../visits/policy.ts'
import { inOrder, type NewAccounts } from './new-accounts.ts'
import { isRaised, mayChangeRoles, mayListClinicians, mayListUsers, mayManageRoles, mayManageUser, mayManageUsers } from './policy.ts'
import type { StaffActor, UserRow } from './schema.ts'
import { allUsers, clinicians, lockUser, updateUser } from './store.ts'

export interface UsersOptions {
  database: Database
  endings: Pick<SessionEndings, 'endSession' | 'refresh'>
  keys: Pick<Keys, 'sealer'>
  newAccounts: NewAccounts
  newPasswords: NewPasswordLinks
  now?: () => Date
}

export type Users = ReturnType<typeof createUsers>

/** The staff of an organization: their accounts, and what roles they have. */
export function createUsers({ database, endings, keys, newAccounts, newPasswords, now = () => new Date() }: UsersOptions) {
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
     * Makes an account, and a link with which its user signs in for the first time, which is mailed to them as well.
     * @throws AppError `forbidden`, `email-taken`
     */
    async create(
      actor: StaffActor,
      input: z.output<typeof userInput>,
    ): Promise<{ user: UserAccount; link: OneTimeLink; mailed: boolean }> {
      const { organizationId } = actor
      const roles = inOrder(input.roles)
      await demand(database, actor, mayManageRoles(actor, roles), 'user.create')
      // Addresses are unique over all organizations: asked before, and refused by the database for two at once.
      if ((await database.lookUps.user(input.email)) !== null) throw new AppError('email-taken')
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const user = await newAccounts.make(tx, actor, { ...input, roles }, at)
        const link = await newAccounts.makeLink(tx, actor, user.id, at)
        return { user, link, mailed: await newAccounts.welcome(tx, { organizationId, fields }, user.email, link) }
      })
    },

    /**
     * Changes somebody's roles, suspends them or lets them sign in again. Whoever is suspended loses every session, link
     * and live visit at once; whoever may not hold visits any more, the live visits; whoever is raised, what only begins to
     * sign them in.
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
        if (isRaised(before.roles, roles)) {
          // The administrator who made the account may have kept its link, and would come in above themselves.
          await endSignInLinks(tx, target, at)
          await endUnfinishedSessions(tx, target, at)
        }
        if (suspensionChanges) {
          await updateUser(tx, target, { suspended_at: suspended ? at : null })
          if (suspended) {
            sessions = await endSessionsOf(tx, target, at)
            await endSignInLinks(tx, target, at)
            await revokeUnusedRoomTokensOf(tx, target, at)
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
     * A new link for somebody who has no password, in place of one that was lost or has expired. Whoever has one is mailed a link
     * to a new password.
     * @throws AppError `not-found`, `forbidden`, `password-set`, `identity-linked`, `account-suspended`
     */
    async createLink(actor: StaffActor, target: UserId): Promise<UserLink> {
      await demand(database, actor, mayManageUsers(actor), 'user.create-link', target)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const user = (await lockUser(tx, target))?.user
        if (user === undefined) throw new AppError('not-found')
        demandReach(mayManageUser(actor, user), 'user.create-link', target, 'forbidden')
        if ((await identitiesOf(tx, target)).length > 0) throw new AppError('identity-linked')
        if (user.suspended_at !== null) throw new AppError('account-suspended')
        const at = now()
        if (user.password_hash === null) return newAccounts.makeLink(tx, actor, target, at)
        // Nobody gets into an account by a link from somebody else once its user has a secret of their own: it is mailed, or there is none.
        if (!newPasswords.canBeMailed) throw new AppError('password-set')
        const expiresAt = await newPasswords.send(tx, { organizationId, fields }, user, at)
        await record(tx, { type: 'user.link-created', organizationId, userId, sessionId, target }, at)
        return { url: null, expiresAt: expiresAt.toISOString() }
      })
    },
  }
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
