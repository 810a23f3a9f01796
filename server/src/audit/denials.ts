import type { ErrorCode } from '@curtain/protocol'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { StaffActor } from '../users/schema.ts'
import { record } from './record.ts'

/**
 * Lets an action pass that a policy allows, and puts a refusal into the audit log before it is told.
 * @param action what was tried, in a word of the policy
 * @param target the id of what it was tried on
 * @throws AppError `forbidden`
 */
export async function demand(
  database: Database,
  actor: StaffActor,
  allowed: boolean,
  action: string,
  target: string | null = null,
): Promise<void> {
  if (!allowed) await deny(database, actor, 'forbidden', action, target)
}

/** Thrown inside a transaction by `demandReach`. */
class OutOfReach extends AppError {
  readonly action: string
  readonly target: string

  constructor(code: ErrorCode, action: string, target: string) {
    super(code)
    this.action = action
    this.target = target
  }
}

/**
 * The same inside a transaction of `inReach`, for rules that look at what it is tried on. What is out of somebody's reach
 * is told as if it were not there, unless they may know that it is.
 * @throws AppError `not-found`, or the code given
 */
export function demandReach(allowed: boolean, action: string, target: string, code: ErrorCode = 'not-found'): asserts allowed {
  if (!allowed) throw new OutOfReach(code, action, target)
}

/** A transaction of somebody's. What `demandReach` refuses in it undoes it, and is put into the audit log by another. */
export async function inReach<Result>(
  database: Database,
  actor: StaffActor,
  run: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.inOrganization(actor.organizationId, run)
  } catch (error) {
    if (error instanceof OutOfReach) return deny(database, actor, error.code, error.action, error.target)
    throw error
  }
}

async function deny(
  database: Database,
  { organizationId, userId, sessionId }: StaffActor,
  code: ErrorCode,
  action: string,
  target: string | null,
): Promise<never> {
  await database.inOrganization(organizationId, (tx) =>
    record(tx, { type: 'access.denied', organizationId, userId, sessionId, outcome: 'denied', target, facts: { action } }),
  )
  throw new AppError(code)
}
