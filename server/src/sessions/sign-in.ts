import { setTimeout as delay } from 'node:timers/promises'
import type { ErrorCode, OrganizationId, SecondFactor, SignInOutcome, SignInWay, UserId, VisitId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import { addressGroup } from '../http/client-address.ts'
import { createRateLimiter } from '../http/rate-limit.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret } from '../keys/secrets.ts'
import { acceptCode } from '../protection/authenticator.ts'
import { acceptPasskey, askForPasskey } from '../protection/passkeys.ts'
import { acceptRecoveryCode } from '../protection/recovery-codes.ts'
import type { RelyingParty } from '../protection/web-authn.ts'
import { hashPassword, isOutdated, verifyPassword } from '../users/passwords.ts'
import { findUser, holdUser, upgradePassword } from '../users/store.ts'
import { isKnownBrowser, type SignInLog } from '../sign-ins/log.ts'
import type { Caller } from '../http/caller.ts'
import { msToNextStep } from './even-time.ts'
import { advance, openSession, type OpenedSession, type Passage, type Progress } from './progress.ts'
import type { HeldSession } from './service.ts'
import { lockSession, setFactor } from './stage-store.ts'
import { findSignInLink, useSignInLink } from './store.ts'
import type { Throttle, Throttles } from './throttle.ts'

/** So often there is a line in the login log of attempts that were throttled. */
const throttledLineMinutes = 15

export interface SignInOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  log: SignInLog
  throttles: Throttles
  /** Who passkeys are for. */
  party: () => RelyingParty
  now?: () => Date
  /** How a refusal waits for its time; tests do not. */
  wait?: (ms: number) => Promise<unknown>
}

const openedBy = { whole: 'whole', 'set-up': 'step by step', 'new-password': 'new password' } as const

/** Why somebody was not let in, as the audit log knows it. */
type Refusal = 'password' | 'suspended' | 'throttled' | 'address-not-allowed' | SecondFactor

/** Whose account somebody wants to get into, and how. */
interface Whom {
  organizationId: OrganizationId
  userId: UserId
  way: SignInWay
}

export type SignIn = ReturnType<typeof createSignIn>

/** The ways in, step by step. */
export function createSignIn({ database, keys, log, throttles, party, now = () => new Date(), wait = (ms) => delay(ms) }: SignInOptions) {
  const isWorthALine = createRateLimiter({ burst: 1, perMinute: 1 / throttledLineMinutes }, () => now().getTime())

  async function refuse(startedAt: number, code: ErrorCode = 'sign-in-failed'): Promise<never> {
    await wait(msToNextStep(startedAt))
    throw new AppError(code)
  }

  /** Puts a refusal into the audit log, and into the login log of whose account it was. */
  async function recordRefusal(tx: Transaction, { fields, caller, now: at }: Passage, whom: Whom, reason: Refusal): Promise<void> {
    const { organizationId, userId, way: by } = whom
    const type = 'session.sign-in-failed'
    await record(tx, { type, organizationId, userId, outcome: 'denied', facts: { reason } }, at)
    await log.write(tx, fields, { organizationId, userId, outcome: outcomeOf(reason), by, caller }, at)
  }

  const passage = async (organizationId: OrganizationId, caller: Caller): Promise<Passage> => ({
    fields: await keys.sealer(organizationId),
    caller,
    log,
    now: now(),
  })

  /**
   * Runs the transaction that opens a session.
   * @returns null where they may not come from where they are; that is on record then
   */
  async function opening<Opened>(passage: Passage, whom: Whom, open: (tx: Transaction) => Promise<Opened>): Promise<Opened | null> {
    const { organizationId } = whom
    try {
      return await database.inOrganization(organizationId, open)
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'address-not-allowed')) throw error
      await database.inOrganization(organizationId, (tx) => recordRefusal(tx, passage, whom, 'address-not-allowed'))
      return null
    }
  }

  /**
   * What says whether somebody may try once more. Where their address, or the account, is stopped, a browser that the account
   * knows is asked about for itself.
   */
  async function limitOf(
    throttle: Throttle,
    account: string,
    { caller, find }: { caller: Caller; find: () => Promise<{ organizationId: OrganizationId; id: UserId } | null> },
  ): Promise<() => boolean> {
    const address = addressGroup(caller.address)
    const byAddress = () => throttle.isBlocked(account, address)
    const { deviceSecret } = caller
    if (deviceSecret === undefined || !byAddress()) return byAddress
    const found = await find()
    const isKnown = found !== null && (await database.inOrganization(found.organizationId, (tx) => isKnownBrowser(tx, found.id, caller)))
    return isKnown ? () => throttle.isBrowserBlocked(account, deviceSecret) : byAddress
  }

  /** A line now and then: whoever goes on guessing would fill the log. */
  async function recordThrottled(email: string, caller: Caller): Promise<void> {
    if (!isWorthALine(hashSecret(`${email} ${addressGroup(caller.address)}`).toString('base64url'))) return
    const found = await database.lookUps.user(email)
    if (found === null) return
    const { organizationId, id: userId } = found
    const step = await passage(organizationId, caller)
    await database.inOrganization(organizationId, (tx) =>
      recordRefusal(tx, step, { organizationId, userId, way: 'password' }, 'throttled'),
    )
  }

  /**
   * One of an account's second factors, shown with a session that asks for one. A wrong one counts against the account,
   * whatever session it comes with: whoever knows the password gets no more tries by signing in anew.
   */
  async function byFactor(
    { actor, stage }: HeldSession,
    caller: Caller,
    factor: SecondFactor,
    throttle: Throttle | null,
    accept: (tx: Transaction, passage: Passage) => Promise<boolean>,
  ): Promise<Progress> {
    const { organizationId, userId, sessionId } = actor
    const address = addressGroup(caller.address)
    const step = await passage(organizationId, caller)
    if (stage !== 'second-factor') return database.inOrganization(organizationId, (tx) => advance(tx, sessionId, step))
    const find = () => Promise.resolve({ organizationId, id: userId })
    const isStopped = throttle && (await limitOf(throttle, userId, { caller, find }))
    if (isStopped?.() === true) throw new AppError('sign-in-throttled')
    throttle?.failed(userId, address, caller.deviceSecret)
    const progress = await database.inOrganization(organizationId, async (tx) => {
      const session = await lockSession(tx, sessionId)
      if (session === undefined) throw new AppError('not-signed-in')
      if (!(await accept(tx, step))) {
        await recordRefusal(tx, step, { organizationId, userId, way: session.way }, factor)
        return null
      }
      await setFactor(tx, sessionId, factor)
      return advance(tx, sessionId, step)
    })
    if (progress === null) throw new AppError('second-factor-failed')
    throttle?.succeeded(userId, address, caller.deviceSecret)
    return progress
  }

  return {
    /**
     * @throws AppError `sign-in-failed`, in the same time for an unknown or suspended account as for a wrong password;
     *   `sign-in-throttled`; `address-not-allowed`, with the right password alone
     */
    async byPassword(email: string, password: string, caller: Caller): Promise<OpenedSession> {
      const startedAt = performance.now()
      const address = addressGroup(caller.address)
      const isStopped = await limitOf(throttles.passwords, email, { caller, find: () => database.lookUps.user(email) })
      if (isStopped()) {
        await recordThrottled(email, caller)
        return refuse(startedAt, 'sign-in-throttled')
      }
      // Counted before the work, so that many attempts at once cannot all slip through.
      throttles.passwords.failed(email, address, caller.deviceSecret)
      const found = await database.lookUps.user(email)
      const user =
        found === null ? undefined : await database.inOrganization(found.organizationId, (tx) => findUser(tx, found.id))
      const stored = user?.password_hash ?? null
      const matches = await verifyPassword(stored, password)
      if (user === undefined) return refuse(startedAt)
      const whom = { organizationId: user.organization_id, userId: user.id, way: 'password' } as const
      const step = await passage(whom.organizationId, caller)
      const refuseFor = async (reason: Refusal) => {
        await database.inOrganization(whom.organizationId, (tx) => recordRefusal(tx, step, whom, reason))
        return refuse(startedAt)
      }
      if (!matches || stored === null || user.suspended_at !== null) {
        return refuseFor(user.suspended_at === null ? 'password' : 'suspended')
      }
      const better = isOutdated(stored) ? await hashPassword(password) : null
      const opened = await opening(step, whom, async (tx) => {
        // First, as it locks the account for itself: two who both hold it already would wait for each other.
        if (better !== null) await upgradePassword(tx, whom.userId, { from: stored, to: better })
        // Looking at a password takes a while: one that was replaced meanwhile opens nothing any more.
        const held = await holdUser(tx, whom.userId)
        if (held?.password_changed_at?.getTime() !== user.password_changed_at?.getTime()) return 'replaced'
        return openSession(tx, { ...whom, opens: 'step by step' }, step)
      })
      if (opened === 'replaced') return refuseFor('password')
      throttles.passwords.succeeded(email, address, caller.deviceSecret)
      return opened ?? refuse(startedAt, 'address-not-allowed')
    },

    /** For somebody who has just set the organization up. */
    async afterSetUp(organizationId: OrganizationId, userId: UserId, caller: Caller): Promise<OpenedSession> {
      const step = await passage(organizationId, caller)
      return database.inOrganization(organizationId, (tx) =>
        openSession(tx, { organizationId, userId, way: 'setup', opens: 'step by step' }, step),
      )
    },

    /** @throws AppError `sign-in-link-invalid`; `address-not-allowed`, which does not use it up */
    async byLink(secret: string, caller: Caller): Promise<OpenedSession & { visitId: VisitId | null }> {
      const found = await database.lookUps.signInLink(hashSecret(secret))
      if (found === null) throw new AppError('sign-in-link-invalid')
      const { organizationId, id } = found
      const step = await passage(organizationId, caller)
      const link = await database.inOrganization(organizationId, (tx) => findSignInLink(tx, id, step.now))
      if (link === undefined) throw new AppError('sign-in-link-invalid')
      const whom = { organizationId, userId: link.user_id, way: 'link' } as const
      const opened = await opening(step, whom, async (tx) => {
        // The account before the link, as whoever changes an account locks them.
        const session = await openSession(tx, { ...whom, opens: openedBy[link.opens] }, step)
        if (!(await useSignInLink(tx, id, step.now))) throw new AppError('sign-in-link-invalid')
        return session
      })
      if (opened === null) throw new AppError('address-not-allowed')
      return { ...opened, visitId: link.visit_id }
    },

    /** Where a session stands now. */
    async step({ actor: { organizationId, sessionId } }: HeldSession, caller: Caller): Promise<Progress> {
      const step = await passage(organizationId, caller)
      return database.inOrganization(organizationId, (tx) => advance(tx, sessionId, step))
    },

    /** @throws AppError `second-factor-failed`, `sign-in-throttled` */
    byCode(held: HeldSession, code: string, caller: Caller): Promise<Progress> {
      const { userId } = held.actor
      return byFactor(held, caller, 'authenticator', throttles.codes, (tx, { fields, now: at }) =>
        acceptCode(tx, fields, userId, code, at),
      )
    },

    /** @throws AppError `second-factor-failed`, `sign-in-throttled` */
    byRecoveryCode(held: HeldSession, code: string, caller: Caller): Promise<Progress> {
      const { userId } = held.actor
      return byFactor(held, caller, 'recovery-code', throttles.recoveryCodes, (tx, { now: at }) =>
        acceptRecoveryCode(tx, userId, code, at),
      )
    },

    /** What the browser shows a passkey with. @throws AppError `second-factor-failed` where none is asked for */
    async passkeyOptions({ actor, stage }: HeldSession): Promise<Record<string, unknown>> {
      const ask = (tx: Transaction) => askForPasskey(tx, party(), actor, 'sign-in', now())
      const asked = stage === 'second-factor' ? await database.inOrganization(actor.organizationId, ask) : null
      if (asked === null) throw new AppError('second-factor-failed')
      return asked
    },

    /** @throws AppError `second-factor-failed` */
    byPasskey(held: HeldSession, response: Record<string, unknown>, caller: Caller): Promise<Progress> {
      return byFactor(held, caller, 'passkey', null, (tx, { now: at }) =>
        acceptPasskey(tx, party(), held.actor, { purpose: 'sign-in', response, now: at }),
      )
    },
  }
}

function outcomeOf(reason: Refusal): SignInOutcome {
  return reason === 'suspended' || reason === 'throttled' || reason === 'address-not-allowed' ? reason : 'failed'
}
