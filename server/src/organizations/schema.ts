import type { OrganizationId, VisitKind } from '@curtain/protocol'
import type { ColumnType } from 'kysely'

/** The tenant: a covered entity or a business associate. */
export interface OrganizationRow {
  id: OrganizationId
  name: string
  created_at: Date
  /** The kinds of visits that may be made without end-to-end encryption. */
  transport_visits: ColumnType<VisitKind[], undefined, VisitKind[]>
}
