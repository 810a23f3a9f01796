import type { AuditEventList, AuditEventView } from '@curtain/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useRequest } from '../api/use-request.ts'
import { joined } from './event-pages.ts'

/** Reads a page of events: the newest, or those before one. */
export type FetchPage = (from: { before?: AuditEventView['id'] }, signal?: AbortSignal) => Promise<AuditEventList>

export interface EventPages {
  /** Null until they have come, and while there is nothing to read. */
  list: AuditEventList | null
  failure: RequestFailed | null
  read: () => void
  showing: ReturnType<typeof useRequest>
  showEarlier: () => void
}

/**
 * Events of the log, the newest page first, and earlier ones as they are asked for. Never read again without that: each look
 * is on record.
 * @param fetchPage null where it is not known yet what to read; the same from one drawing to the next, or it is read anew
 */
export function useEventPages(fetchPage: FetchPage | null): EventPages & {
  /** Puts something else in place of what is shown, unless that is of another search by now. */
  change: (change: (list: AuditEventList) => AuditEventList) => void
  fail: (error: unknown) => void
} {
  const showing = useRequest()
  const [found, setFound] = useState<{ by: FetchPage; list: AuditEventList } | null>(null)
  const [failed, setFailed] = useState<{ by: FetchPage | null; failure: RequestFailed } | null>(null)
  const reader = useRef(() => {})

  useEffect(() => {
    if (fetchPage === null) return undefined
    let controller = new AbortController()
    const read = async () => {
      controller.abort()
      controller = new AbortController()
      const { signal } = controller
      setFailed(null)
      try {
        const list = await fetchPage({}, signal)
        setFound({ by: fetchPage, list })
      } catch (error) {
        if (!signal.aborted) setFailed({ by: fetchPage, failure: asFailure(error) })
      }
    }
    reader.current = () => void read()
    void read()
    return () => controller.abort()
  }, [fetchPage])

  // What was found by another search is not shown for this one.
  const list = found !== null && found.by === fetchPage ? found.list : null
  const change = useCallback(
    (make: (list: AuditEventList) => AuditEventList) => {
      setFound((now) => (now !== null && now.by === fetchPage ? { ...now, list: make(now.list) } : now))
      setFailed(null)
    },
    [fetchPage],
  )
  const showEarlier = () => {
    const before = list?.events.at(-1)?.id
    if (fetchPage === null || before === undefined) return
    void showing.run(async () => {
      const next = await fetchPage({ before })
      change((shown) => ({ ...joined(shown, next), more: next.more }))
    })
  }
  return {
    list,
    failure: failed !== null && failed.by === fetchPage ? failed.failure : null,
    read: useCallback(() => reader.current(), []),
    showing,
    showEarlier,
    change,
    fail: useCallback((error: unknown) => setFailed({ by: fetchPage, failure: asFailure(error) }), [fetchPage]),
  }
}
