import type { Visit } from '@curtain/protocol'
import { useEffect, useState } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'
import { spanOf, type CalendarDay } from '../time/calendar-day.ts'

export interface DayVisits {
  day: CalendarDay
  /** Null until they have come for the first time. What was read last stays while newer ones do not come. */
  visits: readonly Visit[] | null
  failure: RequestFailed | null
  /** When they were last read. */
  readAt: Date | null
}

/**
 * A day's visits, read again whenever `version` changes.
 * @param day null reads nothing.
 */
export function useDayVisits(day: CalendarDay | null, version: number): DayVisits | null {
  const { api } = useSession()
  const [read, setRead] = useState<DayVisits | null>(null)

  useEffect(() => {
    if (day === null) return
    const controller = new AbortController()
    api.visits(spanOf(day), controller.signal).then(
      ({ visits }) => setRead({ day, visits, failure: null, readAt: new Date() }),
      (error: unknown) => {
        if (controller.signal.aborted) return
        setRead((before) => {
          const kept = before?.day === day ? before : { day, visits: null, readAt: null }
          return { ...kept, failure: asFailure(error) }
        })
      },
    )
    return () => controller.abort()
  }, [api, day, version])

  if (day === null) return null
  return read?.day === day ? read : { day, visits: null, failure: null, readAt: null }
}
