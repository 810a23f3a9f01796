import type { Database } from '../database/database.ts'
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
  if (allowed) return
  const { organizationId, userId, sessionId } = actor
  await database.inOrganization(organizationId, (tx) =>
    record(tx, { type: 'access.denied', organizationId, userId, sessionId, outcome: 'denied', target, facts: { action } }),
  )
  throw new AppError('forbidden')
}
