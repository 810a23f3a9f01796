import type { OrganizationId, PatientId, UserId } from '@curtain/protocol'

export interface PatientRow {
  id: PatientId
  organization_id: OrganizationId
  /** Sealed: protected health information. */
  name: Buffer
  created_by: UserId
  created_at: Date
}
