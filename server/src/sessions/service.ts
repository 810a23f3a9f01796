import type { OrganizationId, SignedIn, UserId, VisitId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import { readOrganization } from '../organizations/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import type { SessionId, SessionStage, SignInLinkRow } from './schema.ts'
import { endSession, findSession, insertSignInLink, touchSession } from './store.ts'

/** A session ends when it was not used for so long … */
export const idleMs = 15 * 60_000
/** … and after so long in any case. */
export const absoluteMs = 12 * 60 * 60_000
/** A use is written down only this often, so that reading costs no write each time. */
const touchMs = 30_000
/** For so long what is dangerous may be done after its user showed that it is them. */
export const confirmedMs = 5 * 60_000

export interface SessionsOptions {
  database: Database
  /** Whether somebody is in a visit right now: then they are not idle, though they ask for nothing. */
  isInVisit?: (tx: Transaction, userId: UserId) => Promise<boolean>
  now?: () => Date
}

/** A session that is there, however far it is. Only of a whole one is the actor somebody who may do what staff may. */
export interface HeldSession {
  actor: SignedInActor
  stage: SessionStage
}

export type Sessions = ReturnType<typeof createSessions>

/** The sessions of staff. */
export function createSessions({
  database,
  isInVisit = () => Promise.resolve(false),
  now = () => new Date(),
}: SessionsOptions) {
  async function check(tx: Transaction, sessionId: SessionId) {
    const session = await findSession(tx, sessionId)
    const at = now()
    if (session === undefined || session.expires_at <= at) return undefined
    const idle = at.getTime() - session.last_used_at.getTime()
    return { session, idle, at }
  }

  /** The session that a cookie belongs to, or null. Counts as a use. */
  async function hold(token: string): Promise<HeldSession | null> {
    const found = await database.lookUps.session(hashSecret(token))
    if (found === null) return null
    const { organizationId } = found
    return database.inOrganization(organizationId, async (tx) => {
      const checked = await check(tx, found.id)
      if (checked === undefined) return null
      const { session, idle, at } = checked
      if (idle >= idleMs && !(await isInVisit(tx, session.user_id))) return null
      if (idle >= touchMs) await touchSession(tx, session.id, at)
      const { id: sessionId, user_id: userId, roles, stage } = session
      return { actor: { kind: 'staff', organizationId, userId, sessionId, roles }, stage }
    })
  }

  return {
    hold,

    /**
     * Makes a link that signs a user in once, unless told otherwise with nothing further asked of them: what is given to a
     * person leads through set-up.
     * @returns its secret, told here only
     */
    async createSignInLink(
      organizationId: OrganizationId,
      userId: UserId,
      { visitId = null, opens = 'whole', validMs }: { visitId?: VisitId | null; opens?: SignInLinkRow['opens']; validMs: number },
    ): Promise<string> {
      const at = now()
      const { secret, hash } = newSecret()
      const expiresAt = new Date(at.getTime() + validMs)
      await database.inOrganization(organizationId, (tx) =>
        insertSignInLink(tx, { id: newId('signInLink', at), organizationId, userId, visitId, secretHash: hash, opens, expiresAt }),
      )
      return secret
    },

    /** Who is signed in by a session cookie, or null. Counts as a use. */
    async authenticate(token: string): Promise<SignedInActor | null> {
      const held = await hold(token)
      return held?.stage === 'whole' ? held.actor : null
    },

    /** Whether its user showed that it is them a moment ago. */
    async isConfirmed({ organizationId, sessionId }: SignedInActor): Promise<boolean> {
      const session = await database.inOrganization(organizationId, (tx) => findSession(tx, sessionId))
      const confirmedAt = session?.confirmed_at ?? null
      return confirmedAt !== null && now().getTime() - confirmedAt.getTime() < confirmedMs
    },

    /** Whether a session could still be used; does not count as a use. */
    async isAlive(organizationId: OrganizationId, sessionId: SessionId): Promise<boolean> {
      return database.inOrganization(organizationId, async (tx) => {
        const checked = await check(tx, sessionId)
        return checked !== undefined && (checked.idle < idleMs || (await isInVisit(tx, checked.session.user_id)))
      })
    },

    /** The signed-in user and their organization. */
    async describe(actor: SignedInActor): Promise<SignedIn> {
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
    async signOut(actor: SignedInActor): Promise<void> {
      const { organizationId, userId, sessionId } = actor
      await database.inOrganization(organizationId, async (tx) => {
        if (await endSession(tx, sessionId, now())) {
          await record(tx, { type: 'session.signed-out', organizationId, userId, sessionId }, now())
        }
      })
    },
  }
}
