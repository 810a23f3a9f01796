import type { UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'

/** What is open to somebody at this moment. */
export function openTo(tx: Transaction, userId: UserId, now: Date) {
  return tx
    .selectFrom('break_glass')
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .where('ended_at', 'is', null)
}
