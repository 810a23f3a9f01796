import type { ReviewItem, ReviewKind, ReviewList } from '@curtain/protocol'
import { useCallback, useMemo, useState } from 'react'
import { useFresh, type Fresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'

/** What of the queue is shown. */
export interface ReviewChoice {
  state: 'waiting' | 'signed-off'
  /** Null: of every kind. */
  kind: ReviewKind | null
}

export interface ReviewItems extends Pick<Fresh<ReviewList>, 'failure' | 'read' | 'replace'> {
  /** What is shown; null until it has come. The same until something else is. */
  list: ReviewList | null
  /** As much as is shown, as it is by now; where that was all of it, with what came after it. Shows nothing of it. */
  readAgain: (shown: ReviewList, signal: AbortSignal) => Promise<ReviewList>
  showing: ReturnType<typeof useRequest>
  showMore: () => void
}

/** A part of the queue: its first page as fresh as the network allows, and what was asked for beyond it. */
export function useReviewItems({ state, kind }: ReviewChoice): ReviewItems {
  const { api } = useSession()
  const showing = useRequest()
  const queryOf = useCallback((after?: ReviewItem['id']) => ({ state, ...(kind && { kind }), ...(after && { after }) }), [state, kind])
  const fetchFirst = useCallback(
    async (signal: AbortSignal) => ({ queryOf, page: await api.reviewItems(queryOf(), signal) }),
    [api, queryOf],
  )
  const { value, failure, read, replace } = useFresh(fetchFirst)
  /** What follows a first page. It is of no use any more once that was read again. */
  const [beyond, setBeyond] = useState<(ReviewList & { first: ReviewList }) | null>(null)
  // What was read for another choice is not this one's.
  const first = value?.queryOf === queryOf ? value.page : null
  const rest = first !== null && beyond?.first === first ? beyond : null
  const list = useMemo(
    () => first && { items: [...first.items, ...(rest?.items ?? [])], more: (rest ?? first).more },
    [first, rest],
  )
  const last = list?.items.at(-1)
  const showMore = () => {
    if (first === null || last === undefined) return
    void showing.run(async () => {
      const next = await api.reviewItems(queryOf(last.id))
      setBeyond({ first, items: [...(rest?.items ?? []), ...next.items], more: next.more })
    })
  }
  const readAgain = async (shown: ReviewList, signal: AbortSignal) => {
    const wanted = shown.items.length + (shown.more ? 0 : 1)
    const now = await api.reviewItems(queryOf(), signal)
    while (now.more && now.items.length < wanted) {
      const next = await api.reviewItems(queryOf(now.items.at(-1)?.id), signal)
      now.items.push(...next.items)
      now.more = next.more
    }
    return now
  }
  return { list, failure, read, replace: (page) => replace({ queryOf, page }), readAgain, showing, showMore }
}
