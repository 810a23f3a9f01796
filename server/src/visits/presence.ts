import type { UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { LiveRooms } from '../rooms/ports.ts'
import { hostedIn } from './store.ts'

/** Whether a member of staff is in a visit at this moment: then they are not idle, though they click on nothing. */
export async function isPresent(tx: Transaction, userId: UserId, live: Pick<LiveRooms, 'present'>): Promise<boolean> {
  const hosted = await hostedIn(tx, userId, ['open', 'in-progress'])
  return hosted.some(({ id, visit_id }) => live.present(visit_id).has(id))
}
