import type { Me, OrganizationId, UserId, VisitId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import { readOrganization } from '../organizations/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import { mayHostVisits } from '../visits/policy.ts'
import type { Caller } from '../http/caller.ts'
import { refusalFrom, rulesOf } from './rules.ts'
import { sessionAddress, type SessionId, type SessionStage, type SignInLinkRow } from './schema.ts'
import type { Standing } from './watch.ts'
import { endSession, findSession, insertSignInLink, touchSession } from './store.ts'

/** A session ends when it was not used for as long as its organization says, and after so long in any case. */
export const absoluteMs = 12 * 60 * 60_000
/** A use is written down only this often, so that reading costs no write each time. */
const touchMs = 30_000
/** For so long what is dangerous may be done after its user showed that it is them. */
export const confirmedMs = 5 * 60_000

export interface SessionsOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  /**
   * Whether somebody is in a visit with a session right now: then it is not idle, though they ask for nothing. What they
   * left open elsewhere is: nobody sits there.
   */
  isInVisit?: (sessionId: SessionId) => boolean
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
  keys,
  isInVisit = () => false,
  now = () => new Date(),
}: SessionsOptions) {
  /** A session that is neither ended nor idle, and what speaks against its use from an address. */
  async function check(tx: Transaction, fields: Sealer, sessionId: SessionId, address: string) {
    const session = await findSession(tx, sessionId)
    const at = now()
    if (session === undefined || session.expires_at <= at) return undefined
    const { organization_id: id, roles } = session
    const rules = rulesOf({ ...session, id }, fields)
    const idle = at.getTime() - session.last_used_at.getTime()
    if (idle >= rules.idleMs && !isInVisit(sessionId)) return undefined
    const openedFrom = session.address === null ? null : fields.open(sessionAddress, sessionId, session.address)
    return { session, idle, at, refusal: refusalFrom(rules, { roles, openedFrom }, address) }
  }

  /**
   * The session that a cookie belongs to, or null. Counts as a use, unless nobody caused the request. One that comes from
   * where it may not is over.
   * @throws AppError `address-not-allowed`
   */
  async function hold(token: string, { address, isBackground = false }: Caller): Promise<HeldSession | null> {
    const found = await database.lookUps.session(hashSecret(token))
    if (found === null) return null
    const { organizationId, id: sessionId } = found
    const fields = await keys.sealer(organizationId)
    const held = await database.inOrganization(organizationId, async (tx) => {
      const checked = await check(tx, fields, sessionId, address)
      if (checked === undefined) return null
      const { session, idle, at, refusal } = checked
      const { user_id: userId, roles, stage } = session
      if (refusal !== null) {
        const facts = { reason: refusal }
        // Several requests may come at once; one of them ends it.
        if (await endSession(tx, sessionId, at)) {
          await record(tx, { type: 'session.ended', organizationId, userId, sessionId, outcome: 'denied', facts }, at)
        }
        return refusal
      }
      if (idle >= touchMs && !isBackground) await touchSession(tx, sessionId, at)
      return { actor: { kind: 'staff', organizationId, userId, sessionId, roles }, stage } as const
    })
    if (held === 'address-not-allowed') throw new AppError(held)
    return held === 'address' ? null : held
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
    async authenticate(token: string, caller: Caller): Promise<SignedInActor | null> {
      const held = await hold(token, caller)
      return held?.stage === 'whole' ? held.actor : null
    },

    /** Whether its user showed that it is them a moment ago. */
    async isConfirmed({ organizationId, sessionId }: SignedInActor): Promise<boolean> {
      const session = await database.inOrganization(organizationId, (tx) => findSession(tx, sessionId))
      const until = confirmedUntilOf(session?.confirmed_at ?? null)
      return until !== null && until > now()
    },

    /** What has become of a session that is used from an address; asking does not count as a use. */
    async standing(organizationId: OrganizationId, sessionId: SessionId, address: string): Promise<Standing> {
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const checked = await check(tx, fields, sessionId, address)
        if (checked === undefined || checked.refusal !== null) return 'over'
        return mayHostVisits(checked.session) ? 'good' : 'no-visits'
      })
    },

    /** The person is there, though they asked for nothing. */
    async touch({ organizationId, sessionId }: SignedInActor): Promise<void> {
      await database.inOrganization(organizationId, (tx) => touchSession(tx, sessionId, now()))
    },

    /** The signed-in user and their organization, and how long the session lasts. */
    async describe(actor: SignedInActor): Promise<Me> {
      return database.inOrganization(actor.organizationId, async (tx) => {
        const user = await findUser(tx, actor.userId)
        const session = await findSession(tx, actor.sessionId)
        if (user === undefined || session === undefined) throw new AppError('not-signed-in')
        const confirmedUntil = confirmedUntilOf(session.confirmed_at)
        // A visit is a use that goes on: a page that asks how long is left must not warn somebody who is in one.
        const lastUsedAt = isInVisit(session.id) ? now() : session.last_used_at
        return {
          user: { id: user.id, name: user.name, email: user.email, roles: user.roles },
          organization: await readOrganization(tx),
          session: {
            id: session.id,
            endsAt: session.expires_at.toISOString(),
            idleMinutes: session.idle_minutes,
            lastUsedAt: lastUsedAt.toISOString(),
            confirmedUntil: confirmedUntil !== null && confirmedUntil > now() ? confirmedUntil.toISOString() : null,
          },
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

function confirmedUntilOf(confirmedAt: Date | null): Date | null {
  return confirmedAt && new Date(confirmedAt.getTime() + confirmedMs)
}
