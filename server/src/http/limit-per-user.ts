import type { UserId } from '@curtain/protocol'
import { AppError } from '../errors.ts'

/**
 * Keeps what one person has open at a time within a limit.
 * @returns the function that counts one more, and answers with the one that is called, once, when it is closed
 * @throws AppError `rate-limited` where somebody has so many open already
 */
export function limitPerUser(most: number): (userId: UserId) => () => void {
  const open = new Map<UserId, number>()
  return (userId) => {
    const count = open.get(userId) ?? 0
    if (count >= most) throw new AppError('rate-limited')
    open.set(userId, count + 1)
    return () => {
      const left = (open.get(userId) ?? 0) - 1
      if (left > 0) open.set(userId, left)
      else open.delete(userId)
    }
  }
}
