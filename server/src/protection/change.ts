import type { OrganizationId, Protection, UserId } from '@curtain/protocol'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import type { Caller } from '../http/caller.ts'
import { advance, missingOf, type Passage, type Progress } from '../sessions/progress.ts'
import type { SessionId } from '../sessions/schema.ts'
import type { HeldSession } from '../sessions/service.ts'
import { isMissing } from '../sessions/stages.ts'
import type { SignInLog } from '../sign-ins/log.ts'
import { lockAccount } from './store.ts'
import { readProtection } from './view.ts'

/** What changes of what protects an account are made with. */
export interface ProtectionParts {
  database: Database
  keys: Pick<Keys, 'sealer'>
  log: SignInLog
  now?: () => Date
}

/** Whose account it is, and with which session. */
export interface Own {
  organizationId: OrganizationId
  userId: UserId
  sessionId: SessionId
}

/** How the account is protected after a change, and where its session stands. */
export interface ProtectionChanged extends Progress {
  protection: Protection
}

/** One change: in one transaction, with where the session stands after it. */
export type ChangeProtection = (
  held: HeldSession,
  caller: Caller,
  run: (tx: Transaction, own: Own, passage: Passage) => Promise<void>,
) => Promise<ProtectionChanged>

export function createChange({ database, keys, log, now = () => new Date() }: ProtectionParts): ChangeProtection {
  return async ({ actor }, caller, run) => {
    const { organizationId, userId, sessionId } = actor
    const passage = { fields: await keys.sealer(organizationId), caller, log, now: now() }
    return database.inOrganization(organizationId, async (tx) => {
      await lockAccount(tx, userId)
      await run(tx, { organizationId, userId, sessionId }, passage)
      const progress = await advance(tx, sessionId, passage)
      return { ...progress, protection: await readProtection(tx, userId) }
    })
  }
}

/**
 * Lets a session in set-up add what is missing, and nothing else; a whole one may.
 * @throws AppError `not-signed-in`
 */
export async function demandMayAdd(
  tx: Transaction,
  { stage, actor }: HeldSession,
  what: 'password' | 'second-factor',
  now: Date,
): Promise<void> {
  if (stage === 'whole') return
  if (!isMissing(await missingOf(tx, actor.sessionId, now), what)) throw new AppError('not-signed-in')
}
