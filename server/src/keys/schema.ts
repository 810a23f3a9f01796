import type { OrganizationId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'

/** One version of an organization's key. Earlier ones stay: what was sealed with them is not sealed again. */
export interface OrganizationKeyRow {
  organization_id: OrganizationId
  /** From 1; the highest is the current one. */
  version: number
  /** 32 bytes, wrapped by the root key. */
  wrapped: ColumnType<Buffer, Buffer, never>
  /** Which root key that is. */
  root_key_id: ColumnType<string, string, never>
  created_at: ColumnType<Date, Date, never>
  /** When every patient's key was wrapped by it; null while a rotation is not finished. */
  rewrapped_at: Date | null
}

/** The key of an organization's blind indexes. */
export interface IndexKeyRow {
  organization_id: ColumnType<OrganizationId, OrganizationId, never>
  /** 32 bytes, wrapped by the organization's key: `version of that key (4) ‖ sealed key`. */
  wrapped: Buffer
  created_at: ColumnType<Date, Date, never>
  /** When it was seen to that every patient's name can be found by it. */
  names_indexed_at: ColumnType<Date | null, undefined, Date>
}
