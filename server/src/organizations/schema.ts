import type { OrganizationId } from '@curtain/protocol'

/** The tenant: a covered entity or a business associate. */
export interface OrganizationRow {
  id: OrganizationId
  name: string
  created_at: Date
}
