import type { Id, OrganizationId, ParticipantId, UserId, VisitId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import type { ParticipantSessionId } from '../visits/schema.ts'

export type RoomTokenId = Id<'roomToken'>

/** That a room token was made, and what became of it. What it allows is in the token itself, which is signed. */
export interface RoomTokenRow {
  id: RoomTokenId
  organization_id: OrganizationId
  visit_id: VisitId
  participant_id: ParticipantId
  /** A member of staff, or an API key's account. */
  created_by: UserId
  created_at: Date
  expires_at: Date
  /** The session of whoever came with it. */
  used_by: ColumnType<ParticipantSessionId | null, undefined, ParticipantSessionId>
  revoked_at: ColumnType<Date | null, undefined, Date>
}
