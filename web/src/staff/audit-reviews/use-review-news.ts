import type { ReviewItem, ReviewList, ReviewOverview } from '@curtain/protocol'
import { useEffect, useRef, useState } from 'react'
import { isAttended } from '../api/attendance.ts'
import { inBackground } from '../api/background.ts'
import { gather } from '../api/gather.ts'
import type { Fresh } from '../api/use-fresh.ts'
import { watchStream } from '../api/watch-stream.ts'
import { useSession } from '../session/session.tsx'
import type { ReviewItems } from './use-review-items.ts'

interface Watched {
  queue: ReviewItems
  overview: Fresh<ReviewOverview>
  /** Something is chosen, or being answered: what is shown stays. */
  isHeld: boolean
}

export interface ReviewNews {
  /** What of it is not shown yet. None where others went, or grew. */
  arrived: readonly ReviewItem[]
  show: () => void
}

const gatherMs = 1000
const stillLookingMs = 2000

/**
 * Follows the log, and finds out whether the queue is another by now. Reading the queue is on record, and that is news of the
 * log in turn: it is read only when the counts, which are not on record, have changed.
 *
 * Under the hands of somebody nothing moves: they are told, and see it when they ask for it. A page that nobody is at shows it
 * by itself.
 * @returns null while what is shown is what there is
 */
export function useReviewNews(watched: Watched): ReviewNews | null {
  const { api } = useSession()
  const [news, setNews] = useState<{ before: ReviewList; now: ReviewList } | null>(null)
  const current = useRef(watched)
  useEffect(() => {
    current.current = watched
  })

  useEffect(() => {
    const controller = new AbortController()
    const signal = inBackground(controller.signal)
    const look = async () => {
      const counts = await api.reviewOverview(signal)
      const { queue, overview } = current.current
      const before = queue.list
      if (before !== null && overview.value !== null && stampOf(counts) !== stampOf(overview.value)) {
        const now = await queue.readAgain(before, signal)
        const { queue: after, isHeld } = current.current
        // Something else is shown by now.
        if (after.list !== before) return gathered.call()
        if (stampOf(now) === stampOf(before)) setNews(null)
        else if (isHeld || isAttended()) setNews({ before, now })
        else after.replace(now)
      }
      current.current.overview.replace(counts)
      // What came into the log has not been looked through yet.
      if (counts.log.looked < counts.log.size) stillLooking.call()
    }
    // What could not be read is read when the stream, which has broken as well, is back.
    const lookAgain = () => void look().catch(() => {})
    const gathered = gather(lookAgain, gatherMs)
    const stillLooking = gather(lookAgain, stillLookingMs)
    const stop = watchStream({ path: '/v1/audit/news', event: 'news', onEvent: gathered.call, onMode: () => {} })
    return () => {
      stop()
      gathered.cancel()
      stillLooking.cancel()
      controller.abort()
    }
  }, [api])

  const { queue } = watched
  if (news === null || news.before !== queue.list) return null
  const known = new Set(news.before.items.map(({ id }) => id))
  return { arrived: news.now.items.filter(({ id }) => !known.has(id)), show: () => queue.replace(news.now) }
}

/** By what two of them are told apart: what is counted of the queue, or what stands in it. */
function stampOf(read: ReviewOverview | ReviewList): string {
  return JSON.stringify('items' in read ? read.items : [read.waiting, read.months])
}
