import type { OrganizationId, PatientId, TeamId, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'

/** Staff who care for the same patients. */
export interface TeamRow {
  id: TeamId
  organization_id: OrganizationId
  name: string
  created_at: ColumnType<Date, Date, never>
}

export interface TeamMemberRow {
  organization_id: OrganizationId
  team_id: TeamId
  user_id: UserId
}

export interface TeamPatientRow {
  organization_id: OrganizationId
  team_id: TeamId
  patient_id: PatientId
}
