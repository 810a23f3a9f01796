import { makeId, type AuditFilter } from '@curtain/protocol'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { inBackground } from '../api/background.ts'
import { gather } from '../api/gather.ts'
import { watchStream } from '../api/watch-stream.ts'
import { useSession } from '../session/session.tsx'
import { joined, lastPlaced } from './event-pages.ts'
import { useEventPages, type EventPages, type FetchPage } from './use-event-pages.ts'

interface LogEvents extends EventPages {
  /** How many came since the search was made, as they happened. */
  arrived: number
  /** Whether the server tells what comes: it does, it cannot at present, or nobody wants to know. */
  mode: 'off' | 'live' | 'waiting'
}

const pageSize = 50
const mostNews = 200
const gatherMs = 1000
const clocksDifferMs = 5 * 60_000

/**
 * The events that are looked for, and whatever comes after them while that is wanted.
 * @param filter null while it is not known yet what is looked for; the same from one drawing to the next, or it is read anew
 */
export function useLogEvents(filter: AuditFilter | null, isLive: boolean): LogEvents {
  const { api } = useSession()
  const fetchPage = useMemo<FetchPage | null>(
    () => filter && ((from, signal) => api.searchLog({ ...filter, ...from, limit: pageSize }, signal)),
    [api, filter],
  )
  const { list, change, fail, ...pages } = useEventPages(fetchPage)
  const [arrived, setArrived] = useState<{ filter: AuditFilter; count: number } | null>(null)
  const [mode, setMode] = useState<LogEvents['mode']>('off')
  const shown = useRef(list)
  useEffect(() => {
    shown.current = list
  }, [list])

  const look = useCallback(
    async (since: ReturnType<typeof beginning>, signal: AbortSignal) => {
      const before = shown.current
      if (before === null || filter === null) return
      const news = await api.searchLog({ ...filter, limit: mostNews, after: lastPlaced(before.events) ?? since }, signal)
      const seen = new Set(before.events.map(({ id }) => id))
      const count = news.events.filter(({ id }) => !seen.has(id)).length
      if (count > 0) setArrived((sofar) => ({ filter, count: count + (sofar?.filter === filter ? sofar.count : 0) }))
      // Where more came than fits there would be a gap: then only what came last is shown.
      change((now) => (news.events.length < mostNews ? joined(now, news) : news))
    },
    [api, filter, change],
  )
  const hasList = list !== null
  useEffect(() => {
    if (!isLive || !hasList) return undefined
    const controller = new AbortController()
    const signal = inBackground(controller.signal)
    const since = beginning()
    const gathered = gather(() => {
      look(since, signal).catch((error: unknown) => {
        if (!signal.aborted) fail(error)
      })
    }, gatherMs)
    const stop = watchStream({ path: '/v1/audit/news', event: 'news', onEvent: gathered.call, onMode: setMode })
    return () => {
      stop()
      gathered.cancel()
      controller.abort()
      setMode('off')
    }
  }, [isLive, hasList, look, fail])
  return { ...pages, list, arrived: arrived !== null && arrived.filter === filter ? arrived.count : 0, mode }
}

/** Where nothing was found there is no event to begin after: then what comes from about now on. */
function beginning() {
  return makeId('auditEvent', Date.now() - clocksDifferMs, new Uint8Array(10))
}
