import type { AuditEventType, AuditFacts, OrganizationId, ParticipantId, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { preparedInsert } from '../database/prepared.ts'
import { entryOf } from './entry.ts'
import { type Reason, sealValues } from './sealed-values.ts'

/** Something that happened, as the audit log keeps it: ids and allow-listed facts, never names. */
export interface AuditEvent<Type extends AuditEventType> {
  type: Type
  organizationId: OrganizationId
  /** Who did it; without either, the system itself or somebody unknown. */
  userId?: UserId | null
  participantId?: ParticipantId | null
  /** The staff or participant session it was done with. */
  sessionId?: string | null
  outcome?: 'success' | 'denied'
  /** The id of what it was done to. */
  target?: string | null
  facts?: AuditFacts<Type>
  /** What they wrote as their reason. It is sealed, as is where the request comes from, which needs no telling. */
  reason?: Reason
}

/**
 * Writes an event into the audit log, in the transaction of the change that it records: both are kept or neither. Its place
 * in the organization's tree is given right after that is committed (`sequencer.ts`).
 * @param now when it happened
 */
export async function record<Type extends AuditEventType>(
  tx: Transaction,
  event: AuditEvent<Type>,
  now: Date = new Date(),
): Promise<void> {
  const id = newId('auditEvent', now)
  const { organizationId } = event
  const entry = entryOf(id, event, now, await sealValues(tx, id, event))
  const { outcome = 'success', userId = null, participantId = null, sessionId = null, target = null, facts = {} } = event
  const said = [event.type, outcome, userId, participantId, sessionId, target, JSON.stringify(facts)]
  await insertEvent(tx, [id, organizationId, now, ...said, entry])
}

/** One statement: the event, and that it waits for its place. */
const insertEvent = preparedInsert(`
  with event as (
    insert into audit_events
      (id, organization_id, at, type, outcome, user_id, participant_id, session_id, target, facts, entry)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  )
  insert into audit_pending (organization_id, event_id) values ($2, $1)`)
