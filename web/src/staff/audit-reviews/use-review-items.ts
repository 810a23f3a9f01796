import type { ReviewItem, ReviewKind, ReviewList } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'

/** What of the queue is shown. */
export interface ReviewChoice {
  state: 'waiting' | 'signed-off'
  /** Null: of every kind. */
  kind: ReviewKind | null
}

/** A part of the queue: its first page as fresh as the network allows, and what was asked for beyond it. */
export function useReviewItems({ state, kind }: ReviewChoice) {
  const { api } = useSession()
  const showing = useRequest()
  const queryOf = useCallback((after?: ReviewItem['id']) => ({ state, ...(kind && { kind }), ...(after && { after }) }), [state, kind])
  const fetchFirst = useCallback(
    async (signal: AbortSignal) => ({ queryOf, page: await api.reviewItems(queryOf(), signal) }),
    [api, queryOf],
  )
  const { value, failure, read } = useFresh(fetchFirst)
  /** What follows a first page. It is of no use any more once that was read again. */
  const [beyond, setBeyond] = useState<(ReviewList & { first: ReviewList }) | null>(null)
  // What was read for another choice is not this one's.
  const first = value?.queryOf === queryOf ? value.page : null
  const rest = first !== null && beyond?.first === first ? beyond : null
  const items = first && [...first.items, ...(rest?.items ?? [])]
  const last = items?.at(-1)
  const showMore = () => {
    if (first === null || last === undefined) return
    void showing.run(async () => {
      const next = await api.reviewItems(queryOf(last.id))
      setBeyond({ first, items: [...(rest?.items ?? []), ...next.items], more: next.more })
    })
  }
  return { items, more: (rest ?? first)?.more === true, failure, read, showing, showMore }
}
