import type { AlertCountRow, AlertDeliveryRow, AlertRuleRow } from '../alerts/schema.ts'
import type { ApiKeyRow } from '../api-keys/schema.ts'
import type {
  AuditCheckpointRow,
  AuditCheckRow,
  AuditCheckTurnRow,
  AuditDeliveryRow,
  AuditEventRow,
  AuditFollowerRow,
  AuditKeyRow,
  AuditLeafRow,
  AuditNodeRow,
  AuditPendingRow,
  SavedSearchRow,
} from '../audit/schema.ts'
import type { AuditPruningRow, AuditRetentionRow, LegalHoldEndRow, LegalHoldRow } from '../audit-retention/schema.ts'
import type { ReviewItemRow, ReviewRulesRow } from '../audit-reviews/schema.ts'
import type { BreakGlassRow } from '../break-glass/schema.ts'
import type {
  IdentityDomainRow,
  IdentityFlowRow,
  IdentityProviderRow,
  IdentityRow,
  IdentitySessionRow,
} from '../identity-providers/schema.ts'
import type { IndexKeyRow, OrganizationKeyRow } from '../keys/schema.ts'
import type { MailRow } from '../mail/schema.ts'
import type { OrganizationRow } from '../organizations/schema.ts'
import type { PatientChangeRow, PatientNameTokenRow, PatientRow } from '../patients/schema.ts'
import type { AuthenticatorRow, PasskeyRow, PasswordHistoryRow, RecoveryCodeRow } from '../protection/schema.ts'
import type { RoomTokenRow } from '../room-tokens/schema.ts'
import type { SessionRow, SignInLinkRow } from '../sessions/schema.ts'
import type { SignInRow } from '../sign-ins/schema.ts'
import type { SignUpRow } from '../sign-ups/schema.ts'
import type { TeamMemberRow, TeamPatientRow, TeamRow } from '../teams/schema.ts'
import type { UserRow } from '../users/schema.ts'
import type { ParticipantRow, ParticipantSessionRow, VisitLinkRow, VisitRow } from '../visits/schema.ts'

/** Every table, by the rows that each feature declares. */
export interface Tables {
  organizations: OrganizationRow
  organization_keys: OrganizationKeyRow
  index_keys: IndexKeyRow
  users: UserRow
  sessions: SessionRow
  sign_in_links: SignInLinkRow
  sign_ins: SignInRow
  mails: MailRow
  passkeys: PasskeyRow
  authenticators: AuthenticatorRow
  recovery_codes: RecoveryCodeRow
  password_history: PasswordHistoryRow
  patients: PatientRow
  patient_name_tokens: PatientNameTokenRow
  patient_changes: PatientChangeRow
  visits: VisitRow
  participants: ParticipantRow
  visit_links: VisitLinkRow
  participant_sessions: ParticipantSessionRow
  api_keys: ApiKeyRow
  room_tokens: RoomTokenRow
  audit_events: AuditEventRow
  audit_pending: AuditPendingRow
  audit_leaves: AuditLeafRow
  audit_nodes: AuditNodeRow
  audit_checkpoints: AuditCheckpointRow
  audit_keys: AuditKeyRow
  audit_saved_searches: SavedSearchRow
  audit_retention: AuditRetentionRow
  legal_holds: LegalHoldRow
  legal_hold_ends: LegalHoldEndRow
  audit_prunings: AuditPruningRow
  audit_deliveries: AuditDeliveryRow
  audit_checks: AuditCheckRow
  audit_check_turns: AuditCheckTurnRow
  audit_followers: AuditFollowerRow
  review_rules: ReviewRulesRow
  review_items: ReviewItemRow
  alert_rules: AlertRuleRow
  alert_counts: AlertCountRow
  alert_deliveries: AlertDeliveryRow
  care_teams: TeamRow
  care_team_members: TeamMemberRow
  care_team_patients: TeamPatientRow
  break_glass: BreakGlassRow
  identity_providers: IdentityProviderRow
  identity_domains: IdentityDomainRow
  identities: IdentityRow
  identity_sessions: IdentitySessionRow
  identity_flows: IdentityFlowRow
  sign_ups: SignUpRow
}
