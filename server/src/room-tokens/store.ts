import type { UserId } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { ParticipantSessionId } from '../visits/schema.ts'
import type { RoomTokenId, RoomTokenRow } from './schema.ts'

export async function insertRoomToken(tx: Transaction, row: Insertable<RoomTokenRow>): Promise<void> {
  await tx.insertInto('room_tokens').values(row).execute()
}

/** The token, held until the transaction ends: it cannot be used twice, nor used while it is revoked. */
export function lockRoomToken(tx: Transaction, id: RoomTokenId) {
  return tx.selectFrom('room_tokens').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function useRoomToken(tx: Transaction, id: RoomTokenId, sessionId: ParticipantSessionId): Promise<void> {
  await tx.updateTable('room_tokens').set({ used_by: sessionId }).where('id', '=', id).execute()
}

export async function revokeRoomToken(tx: Transaction, id: RoomTokenId, now: Date): Promise<void> {
  await tx.updateTable('room_tokens').set({ revoked_at: now }).where('id', '=', id).execute()
}

/** Those that an account made and nobody used stop working. */
export async function revokeUnusedRoomTokensOf(tx: Transaction, maker: UserId, now: Date): Promise<void> {
  await tx
    .updateTable('room_tokens')
    .set({ revoked_at: now })
    .where('created_by', '=', maker)
    .where('used_by', 'is', null)
    .where('revoked_at', 'is', null)
    .execute()
}
