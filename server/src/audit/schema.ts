import type { AuditEventType, CheckpointFailure, Id, OrganizationId, ParticipantId, SavedSearchId, UserId } from '@curtain/protocol'
import type { ColumnType, Generated } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

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
  /** All of it as canonical JSON (RFC 8785): the bytes that are hashed. The columns beside it are for looking up. */
  entry: string
}

/** An event that has no place in the tree yet, in the order in which they came. PostgreSQL's bigint comes as text. */
export interface AuditPendingRow {
  position: Generated<string>
  organization_id: OrganizationId
  event_id: Id<'auditEvent'>
}

/** An event's place in its organization's tree. */
export interface AuditLeafRow {
  organization_id: OrganizationId
  index: string
  event_id: Id<'auditEvent'>
  hash: Buffer
}

/** A whole node of a tree at a level that is kept. */
export interface AuditNodeRow {
  organization_id: OrganizationId
  level: number
  index: string
  hash: Buffer
}

/** A signed note of what a log was. */
export interface AuditCheckpointRow {
  organization_id: OrganizationId
  size: string
  root: Buffer
  note: string
  created_at: Date
}

/** What signs an organization's checkpoints. */
export const auditSigningSeed = sealedColumn('audit_keys', 'seed')

export interface AuditKeyRow {
  organization_id: OrganizationId
  version: number
  seed: Sealed<typeof auditSigningSeed>
  /** What it is checked with, as it is written down: known also when the seed is lost. */
  key: string
  created_at: Date
}

/** How far something that follows a log has come in it. */
export interface AuditFollowerRow {
  organization_id: OrganizationId
  name: string
  /** The place of the first event that it has not seen. */
  next: string
}

/** What somebody called a search; they may have called it after whom it is about. */
export const savedSearchName = sealedColumn('audit_saved_searches', 'name')

/** A search of the log that somebody gave a name. */
export interface SavedSearchRow {
  id: SavedSearchId
  organization_id: OrganizationId
  name: Sealed<typeof savedSearchName>
  /** An `auditFilter`, as JSON. */
  filter: ColumnType<unknown, string, never>
  created_by: UserId
  created_at: Date
  removed_at: ColumnType<Date | null, undefined, Date>
}

/** What an entry itself holds sealed; there are no columns of it. */
export const auditFrom = sealedColumn('audit_events', 'from')
export const auditReason = sealedColumn('audit_events', 'reason')

/** How far a place outside the database is with an organization's checkpoints. A server that is at it sets when another may try. */
export interface AuditDeliveryRow {
  organization_id: OrganizationId
  /** As its `name` says. */
  destination: string
  /** Of the last checkpoint that is there; 0 where none is. */
  size: Generated<string>
  delivered_at: Date | null
  /** Since the last that went well. */
  attempts: Generated<number>
  failing_since: Date | null
  failure: CheckpointFailure | null
  next_attempt_at: Date
}

/** What the server found when it looked at an organization's log. */
export interface AuditCheckRow {
  /** In which order they were made, whatever the clock said. */
  position: Generated<string>
  organization_id: OrganizationId
  at: Date
  outcome: 'sound' | 'broken'
  entries: string
  compared_with: string | null
  findings: ColumnType<unknown, string, never>
  /** Whether those who watch over the log were told by mail. */
  told: boolean
}

/** When an organization's log is to be looked at next. */
export interface AuditCheckTurnRow {
  organization_id: OrganizationId
  next_at: Date
}
