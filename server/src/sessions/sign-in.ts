import { setTimeout as delay } from 'node:timers/promises'
import type { OrganizationId, SignedIn, SignInWay, UserId, VisitId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { addressGroup } from '../http/client-address.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import { readOrganization } from '../organizations/store.ts'
import { verifyPassword } from '../users/passwords.ts'
import { findUser } from '../users/store.ts'
import type { Caller } from './caller.ts'
import { absoluteMs } from './service.ts'
import { insertSession, useSignInLink } from './store.ts'
import type { SignInThrottle } from './throttle.ts'

/** A refused sign-in answers at a multiple of this, so that its time does not tell why it was refused. */
const refusalStepMs = 250

export interface SignInOptions {
  database: Database
  throttle: SignInThrottle
  now?: () => Date
  /** How a refusal waits for its time; tests do not. */
  wait?: (ms: number) => Promise<unknown>
}

export interface OpenedSession {
  /** The cookie's value. */
  token: string
  signedIn: SignedIn
}

export type SignIn = ReturnType<typeof createSignIn>

/** The ways in. */
export function createSignIn({ database, throttle, now = () => new Date(), wait = (ms) => delay(ms) }: SignInOptions) {
  async function open(tx: Transaction, organizationId: OrganizationId, userId: UserId, way: SignInWay): Promise<OpenedSession> {
    const user = await findUser(tx, userId)
    if (user === undefined || user.suspended_at !== null) throw new AppError('not-signed-in')
    const at = now()
    const { secret, hash } = newSecret()
    const id = newId('session', at)
    const expiresAt = new Date(at.getTime() + absoluteMs)
    await insertSession(tx, { id, organizationId, userId, tokenHash: hash, now: at, expiresAt, stage: 'whole', way })
    await record(tx, { type: 'session.signed-in', organizationId, userId, sessionId: id, facts: { by: way } }, at)
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

  return {
    /**
     * @throws AppError `sign-in-failed`, in the same time for an unknown or suspended account as for a wrong password;
     *   `sign-in-throttled`
     */
    async byPassword(email: string, password: string, caller: Caller): Promise<OpenedSession> {
      const startedAt = performance.now()
      const address = addressGroup(caller.address)
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

    /** For somebody who has just proven who they are in another way. */
    openFor(organizationId: OrganizationId, userId: UserId, way: 'setup', _caller: Caller): Promise<OpenedSession> {
      return database.inOrganization(organizationId, (tx) => open(tx, organizationId, userId, way))
    },

    /** @throws AppError `sign-in-link-invalid` */
    async byLink(secret: string, _caller: Caller): Promise<OpenedSession & { visitId: VisitId | null }> {
      const found = await database.lookUps.signInLink(hashSecret(secret))
      if (found === null) throw new AppError('sign-in-link-invalid')
      return database.inOrganization(found.organizationId, async (tx) => {
        const link = await useSignInLink(tx, found.id, now())
        if (link === undefined) throw new AppError('sign-in-link-invalid')
        const opened = await open(tx, found.organizationId, link.user_id, 'link')
        return { ...opened, visitId: link.visit_id }
      })
    },
  }
}
