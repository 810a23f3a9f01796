import type { ApiKeyScope, Id, OrganizationId, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

export type ApiKeyId = Id<'apiKey'>

/** A JSON array of CIDR ranges: single addresses among them may be where somebody lives. */
export const apiKeyAddresses = sealedColumn('api_keys', 'addresses')

/** A key by which a program uses the API. What it is called is the name of its account. */
export interface ApiKeyRow {
  id: ApiKeyId
  organization_id: OrganizationId
  /** Its own account, of kind `service`. */
  user_id: UserId
  /** SHA-256 of the secret. */
  secret_hash: Buffer
  scopes: ApiKeyScope[]
  /** From where it may be used; null: from everywhere. */
  addresses: Sealed<typeof apiKeyAddresses> | null
  created_by: UserId
  created_at: Date
  expires_at: Date
  last_used_at: ColumnType<Date | null, undefined, Date>
  ended_at: ColumnType<Date | null, undefined, Date>
}
