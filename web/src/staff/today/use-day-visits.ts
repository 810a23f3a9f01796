import type { Visit } from '@curtain/protocol'
import { useEffect, useState } from 'react'
import { inBackground } from '../api/background.ts'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'
import { spanOf, type CalendarDay } from '../time/calendar-day.ts'
import type { VisitChanges } from './use-visit-changes.ts'

export interface DayVisits {
  /** Null until they have come for the first time. What was read last stays while newer ones do not come. */
  visits: readonly Visit[] | null
  failure: RequestFailed | null
  /** When they were last read. */
  readAt: Date | null
}

const retryMs = 15_000
const unread: DayVisits = { visits: null, failure: null, readAt: null }

/**
 * A day's visits, read again whenever they may have changed, and a while after that failed. Days that were looked at
 * before are kept in memory while the page is open, so that they are there at once, and while the network is away.
 * @param day null reads nothing.
 */
export function useDayVisits(day: CalendarDay | null, subscribe: VisitChanges['subscribe']): DayVisits {
  const { api } = useSession()
  const [days, setDays] = useState<ReadonlyMap<CalendarDay, DayVisits>>(new Map())

  useEffect(() => {
    if (day === null) return undefined
    let controller = new AbortController()
    let retry: ReturnType<typeof setTimeout> | undefined
    const read = async (by: 'person' | 'page') => {
      clearTimeout(retry)
      controller.abort()
      controller = new AbortController()
      const signal = by === 'person' ? controller.signal : inBackground(controller.signal)
      try {
        const { visits } = await api.visits(spanOf(day), signal)
        setDays((before) => new Map(before).set(day, { visits, failure: null, readAt: new Date() }))
      } catch (error) {
        if (signal.aborted) return
        const failure = asFailure(error)
        setDays((before) => new Map(before).set(day, { ...(before.get(day) ?? unread), failure }))
        retry = setTimeout(() => void read('page'), retryMs)
      }
    }
    void read('person')
    const stop = subscribe(() => void read('page'))
    return () => {
      stop()
      clearTimeout(retry)
      controller.abort()
    }
  }, [api, day, subscribe])

  return (day !== null && days.get(day)) || unread
}
