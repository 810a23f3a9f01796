import type { OrganizationId, ParticipantId, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { AuditEventType, AuditFacts } from './events.ts'

/** Something that happened, as the audit log keeps it: ids and allow-listed facts, never names or reasons. */
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
}

/**
 * Writes an event into the audit log, in the transaction of the change that it records: both are kept or neither.
 * @param now when it happened
 */
export async function record<Type extends AuditEventType>(
  tx: Transaction,
  event: AuditEvent<Type>,
  now: Date = new Date(),
): Promise<void> {
  await tx
    .insertInto('audit_events')
    .values({
      id: newId('auditEvent', now),
      organization_id: event.organizationId,
      at: now,
      type: event.type,
      outcome: event.outcome ?? 'success',
      user_id: event.userId ?? null,
      participant_id: event.participantId ?? null,
      session_id: event.sessionId ?? null,
      target: event.target ?? null,
      facts: JSON.stringify(event.facts ?? {}),
    })
    .execute()
}
