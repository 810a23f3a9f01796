import type { OrganizationId, SignInStep, SignInWay, UserId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import { newSecret } from '../keys/secrets.ts'
import { mayComeFrom } from '../organizations/allowlists.ts'
import { readOrganization, securityRow } from '../organizations/store.ts'
import { accountFactors, signInRules } from '../protection/store.ts'
import type { SignInLog } from '../sign-ins/log.ts'
import { holdUser } from '../users/store.ts'
import type { Caller } from '../http/caller.ts'
import { deviceOf } from './device.ts'
import { rulesOf } from './rules.ts'
import { sessionAddress, type SessionId } from './schema.ts'
import { absoluteMs } from './service.ts'
import { nextStep, unfinishedMs, type NextStep } from './stages.ts'
import { insertSession } from './store.ts'
import { lockSession, promoteSession } from './stage-store.ts'

/** Where a session stands, and the cookie's new value where it has another one from now on. */
export interface Progress {
  token: string | null
  step: SignInStep
}

export interface OpenedSession extends Progress {
  token: string
  sessionId: SessionId
}

/** What a step on the way in is taken with. */
export interface Passage {
  /** The organization's sealer. */
  fields: Sealer
  caller: Caller
  /** Where it is written down that somebody is in. */
  log: SignInLog
  now: Date
}

/**
 * Opens a session for somebody who has just shown who they are.
 * @param whom `opens`: whole at once, only once nothing is missing, or only once there is a new password as well
 * @throws AppError `not-signed-in` for a suspended account; `address-not-allowed`
 */
export async function openSession(
  tx: Transaction,
  whom: { organizationId: OrganizationId; userId: UserId; way: SignInWay; opens: 'whole' | 'step by step' | 'new password' },
  { fields, caller, log, now }: Passage,
): Promise<OpenedSession> {
  const { organizationId, userId, way } = whom
  // Held: a session that opens at this moment must not be missed by what ends all of them.
  const user = await holdUser(tx, userId)
  if (user === undefined || user.suspended_at !== null) throw new AppError('not-signed-in')
  const { allowlists } = rulesOf(await securityRow(tx, 'read'), fields)
  if (!mayComeFrom(allowlists, user.roles, caller.address)) throw new AppError('address-not-allowed')
  const shown = { way, factor: null, forgotPassword: whom.opens === 'new password' }
  const next = whom.opens === 'whole' ? ({ stage: 'whole' } as const) : await nextOf(tx, userId, shown, now)
  const { secret: token, hash: tokenHash } = newSecret()
  const sessionId = newId('session', now)
  await insertSession(tx, {
    id: sessionId, organizationId, userId, tokenHash, now, expiresAt: endOf(next, now), stage: next.stage, way,
    forgotPassword: shown.forgotPassword,
    device: deviceOf(caller.userAgent),
    address: fields.seal(sessionAddress, sessionId, caller.address),
  })
  const by = { organizationId, userId, sessionId }
  if (next.stage === 'whole') {
    await record(tx, { type: 'session.signed-in', ...by, facts: { by: way } }, now)
    await log.write(tx, fields, { organizationId, userId, outcome: 'signed-in', by: way, caller }, now)
  } else await record(tx, { type: 'session.begun', ...by, facts: { by: way, stage: next.stage } }, now)
  return { token, sessionId, step: await described(tx, next, user) }
}

/**
 * Looks at what a session still needs, and takes it to the next stage where that has changed: under a new token, so that
 * whoever gave a browser the earlier one, or saw it, has nothing.
 * @throws AppError `not-signed-in` when it is over
 */
export async function advance(tx: Transaction, sessionId: SessionId, { fields, caller, log, now }: Passage): Promise<Progress> {
  const session = await lockSession(tx, sessionId)
  if (session === undefined) throw new AppError('not-signed-in')
  const { organization_id: organizationId, user_id: userId, way, factor, forgot_password: forgotPassword } = session
  const user = { id: userId, name: session.name, email: session.email, roles: session.roles }
  const next = session.stage === 'whole' ? ({ stage: 'whole' } as const) : await nextOf(tx, userId, { way, factor, forgotPassword }, now)
  const step = await described(tx, next, user)
  if (next.stage === session.stage) return { token: null, step }
  const { secret: token, hash: tokenHash } = newSecret()
  await promoteSession(tx, sessionId, { stage: next.stage, tokenHash, now, expiresAt: endOf(next, now) })
  if (next.stage === 'whole') {
    const facts = { by: way, ...(factor === null ? {} : { factor }) }
    await record(tx, { type: 'session.signed-in', organizationId, userId, sessionId, facts }, now)
    await log.write(tx, fields, { organizationId, userId, outcome: 'signed-in', by: way, caller }, now)
  }
  return { token, step }
}

async function nextOf(tx: Transaction, userId: UserId, shown: Parameters<typeof nextStep>[0], now: Date): Promise<NextStep> {
  return nextStep(shown, await accountFactors(tx, userId), await signInRules(tx), now)
}

/** What a session that is held lacks. @throws AppError `not-signed-in` when it is over */
export async function missingOf(tx: Transaction, sessionId: SessionId, now: Date): Promise<NextStep> {
  const session = await lockSession(tx, sessionId)
  if (session === undefined) throw new AppError('not-signed-in')
  const { user_id: userId, way, factor, forgot_password: forgotPassword } = session
  return session.stage === 'whole' ? { stage: 'whole' } : nextOf(tx, userId, { way, factor, forgotPassword }, now)
}

const endOf = ({ stage }: NextStep, now: Date) => new Date(now.getTime() + (stage === 'whole' ? absoluteMs : unfinishedMs))

type User = Pick<Extract<SignInStep, { next: 'none' }>['user'], 'id' | 'name' | 'email' | 'roles'>

/** What somebody is told of it: before a second factor was shown, nothing about whose account it is. */
async function described(tx: Transaction, next: NextStep, { id, name, email, roles }: User): Promise<SignInStep> {
  if (next.stage === 'second-factor') return { next: 'second-factor', factors: next.factors }
  const organization = await readOrganization(tx)
  if (next.stage === 'whole') return { next: 'none', user: { id, name, email, roles }, organization }
  return { next: 'set-up', user: { name, email }, organization: { name: organization.name }, missing: next.missing }
}
