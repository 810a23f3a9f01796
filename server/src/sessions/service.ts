import { setTimeout as delay } from 'node:timers/promises'
import type { OrganizationId, SignedIn, UserId, VisitId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import { readOrganization } from '../organizations/store.ts'
import { verifyPassword } from '../users/passwords.ts'
import type { StaffActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import type { SessionId } from './schema.ts'
import { endSession, findSession, insertSession, insertSignInLink, touchSession, useSignInLink } from './store.ts'
import type { SignInThrottle } from './throttle.ts'

/** A session ends when it was not used for so long … */
export const idleMs = 15 * 60_000
/** … and after so long in any case. */
export const absoluteMs = 12 * 60 * 60_000
/** A use is written down only this often, so that reading costs no write each time. */
const touchMs = 30_000
/** A refused sign-in answers at a multiple of this, so that its time does not tell why it was refused. */
const refusalStepMs = 250

export interface SessionsOptions {
  database: Database
  throttle: SignInThrottle
  /** Whether somebody is in a visit right now: then they are not idle, though they ask for nothing. */
  isInVisit?: (tx: Transaction, userId: UserId) => Promise<boolean>
  now?: () => Date
  /** How a refusal waits for its time; tests do not. */
  wait?: (ms: number) => Promise<unknown>
}

export interface OpenedSession {
  /** The cookie's value. */
  token: string
  signedIn: SignedIn
}

export type Sessions = ReturnType<typeof createSessions>

/** Sign-in, and the sessions of staff. */
export function createSessions({
  database,
  throttle,
  isInVisit = () => Promise.resolve(false),
  now = () => new Date(),
  wait = (ms) => delay(ms),
}: SessionsOptions) {
  async function open(tx: Transaction, organizationId: OrganizationId, userId: UserId, by: string): Promise<OpenedSession> {
    const user = await findUser(tx, userId)
    if (user === undefined || user.suspended_at !== null) throw new AppError('not-signed-in')
    const at = now()
    const { secret, hash } = newSecret()
    const id = newId('session', at)
    const expiresAt = new Date(at.getTime() + absoluteMs)
    await insertSession(tx, { id, organizationId, userId, tokenHash: hash, now: at, expiresAt })
    await record(tx, { type: 'session.signed-in', organizationId, userId, sessionId: id, facts: { by } }, at)
    return {
      token: secret,
      signedIn: {
        user: { id: user.id, name: user.name, email: user.email, roles: user.roles },
        organization: await readOrganization(tx),
      },
    }
  }

  async function refuse(startedAt: number): Promise<never> {
    const spent = performance.now() - startedAt
    await wait(refusalStepMs - (spent % refusalStepMs))
    throw new AppError('sign-in-failed')
  }

  async function check(tx: Transaction, sessionId: SessionId) {
    const session = await findSession(tx, sessionId)
    const at = now()
    if (session === undefined || session.expires_at <= at) return undefined
    const idle = at.getTime() - session.last_used_at.getTime()
    return { session, idle, at }
  }

  return {
    /**
     * @param address where the attempt comes from
     * @throws AppError `sign-in-failed`, in the same time for an unknown or suspended account as for a wrong password;
     *   `sign-in-throttled`
     */
    async signIn(email: string, password: string, address: string): Promise<OpenedSession> {
      const startedAt = performance.now()
      if (throttle.isBlocked(email, address)) throw new AppError('sign-in-throttled')
      // Counted before the work, so that many attempts at once cannot all slip through.
      throttle.failed(email, address)
      const found = await database.lookUps.user(email)
      const user =
        found === null ? undefined : await database.inOrganization(found.organizationId, (tx) => findUser(tx, found.id))
      const matches = await verifyPassword(user?.password_hash ?? null, password)
      if (user === undefined) return refuse(startedAt)
      const organizationId = user.organization_id
      const reason = user.suspended_at === null ? 'password' : 'suspended'
      if (!matches || user.suspended_at !== null) {
        await database.inOrganization(organizationId, (tx) =>
          record(
            tx,
            {
              type: 'session.sign-in-failed', organizationId, userId: user.id, outcome: 'denied',
              facts: { reason },
            },
            now(),
          ),
        )
        return refuse(startedAt)
      }
      const opened = await database.inOrganization(organizationId, (tx) => open(tx, organizationId, user.id, 'password'))
      throttle.succeeded(email, address)
      return opened
    },

    /** Opens a session for somebody who has just proven who they are in another way. */
    openFor(organizationId: OrganizationId, userId: UserId, by: 'setup'): Promise<OpenedSession> {
      return database.inOrganization(organizationId, (tx) => open(tx, organizationId, userId, by))
    },

    /** @throws AppError `sign-in-link-invalid` */
    async signInByLink(secret: string): Promise<OpenedSession & { visitId: VisitId | null }> {
      const found = await database.lookUps.signInLink(hashSecret(secret))
      if (found === null) throw new AppError('sign-in-link-invalid')
      return database.inOrganization(found.organizationId, async (tx) => {
        const link = await useSignInLink(tx, found.id, now())
        if (link === undefined) throw new AppError('sign-in-link-invalid')
        const opened = await open(tx, found.organizationId, link.user_id, 'link')
        return { ...opened, visitId: link.visit_id }
      })
    },

    /** Makes a link that signs a user in once. @returns its secret, told here only */
    async createSignInLink(
      organizationId: OrganizationId,
      userId: UserId,
      { visitId = null, validMs }: { visitId?: VisitId | null; validMs: number },
    ): Promise<string> {
      const at = now()
      const { secret, hash } = newSecret()
      const expiresAt = new Date(at.getTime() + validMs)
      await database.inOrganization(organizationId, (tx) =>
        insertSignInLink(tx, { id: newId('signInLink', at), organizationId, userId, visitId, secretHash: hash, expiresAt }),
      )
      return secret
    },

    /** Who a session cookie belongs to, or null. Counts as a use. */
    async authenticate(token: string): Promise<StaffActor | null> {
      const found = await database.lookUps.session(hashSecret(token))
      if (found === null) return null
      const { organizationId } = found
      return database.inOrganization(organizationId, async (tx) => {
        const checked = await check(tx, found.id)
        if (checked === undefined) return null
        const { session, idle, at } = checked
        if (idle >= idleMs && !(await isInVisit(tx, session.user_id))) return null
        if (idle >= touchMs) await touchSession(tx, session.id, at)
        return { kind: 'staff', organizationId, userId: session.user_id, sessionId: session.id, roles: session.roles }
      })
    },

    /** Whether a session could still be used; does not count as a use. */
    async isAlive(organizationId: OrganizationId, sessionId: SessionId): Promise<boolean> {
      return database.inOrganization(organizationId, async (tx) => {
        const checked = await check(tx, sessionId)
        return checked !== undefined && (checked.idle < idleMs || (await isInVisit(tx, checked.session.user_id)))
      })
    },

    /** The signed-in user and their organization. */
    async describe(actor: StaffActor): Promise<SignedIn> {
      return database.inOrganization(actor.organizationId, async (tx) => {
        const user = await findUser(tx, actor.userId)
        if (user === undefined) throw new AppError('not-signed-in')
        return {
          user: { id: user.id, name: user.name, email: user.email, roles: user.roles },
          organization: await readOrganization(tx),
        }
      })
    },

    /** Ends a session for good. */
    async signOut(actor: StaffActor): Promise<void> {
      const { organizationId, userId, sessionId } = actor
      await database.inOrganization(organizationId, async (tx) => {
        if (await endSession(tx, sessionId, now())) {
          await record(tx, { type: 'session.signed-out', organizationId, userId, sessionId }, now())
        }
      })
    },
  }
}
