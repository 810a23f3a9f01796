import type { Id, OrganizationId, ParticipantId, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import type { AuditEventType } from './events.ts'

/** One line of the audit log. Written once, never changed, never deleted by the server's own role. */
export interface AuditEventRow {
  id: Id<'auditEvent'>
  organization_id: OrganizationId
  at: Date
  type: AuditEventType
  outcome: 'success' | 'denied'
  user_id: UserId | null
  participant_id: ParticipantId | null
  session_id: string | null
  /** The id of what it was done to. */
  target: string | null
  /** Ids and allow-listed facts, as JSON. */
  facts: ColumnType<unknown, string, never>
}
