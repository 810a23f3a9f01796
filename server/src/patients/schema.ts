import type { OrganizationId, PatientId, UserId } from '@curtain/protocol'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

/** Sealed with the patient's own key. */
export const patientName = sealedColumn('patients', 'name')

export interface PatientRow {
  id: PatientId
  organization_id: OrganizationId
  name: Sealed<typeof patientName>
  created_by: UserId
  created_at: Date
}
