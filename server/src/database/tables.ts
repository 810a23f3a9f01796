import type {
  AuditCheckpointRow,
  AuditEventRow,
  AuditKeyRow,
  AuditLeafRow,
  AuditNodeRow,
  AuditPendingRow,
} from '../audit/schema.ts'
import type { OrganizationKeyRow } from '../keys/schema.ts'
import type { OrganizationRow } from '../organizations/schema.ts'
import type { PatientRow } from '../patients/schema.ts'
import type { SessionRow, SignInLinkRow } from '../sessions/schema.ts'
import type { UserRow } from '../users/schema.ts'
import type { ParticipantRow, ParticipantSessionRow, VisitLinkRow, VisitRow } from '../visits/schema.ts'

/** Every table, by the rows that each feature declares. */
export interface Tables {
  organizations: OrganizationRow
  organization_keys: OrganizationKeyRow
  users: UserRow
  sessions: SessionRow
  sign_in_links: SignInLinkRow
  patients: PatientRow
  visits: VisitRow
  participants: ParticipantRow
  visit_links: VisitLinkRow
  participant_sessions: ParticipantSessionRow
  audit_events: AuditEventRow
  audit_pending: AuditPendingRow
  audit_leaves: AuditLeafRow
  audit_nodes: AuditNodeRow
  audit_checkpoints: AuditCheckpointRow
  audit_keys: AuditKeyRow
}
