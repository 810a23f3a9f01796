import { useCallback, useEffect, useRef, useState } from 'react'
import { inBackground } from './background.ts'
import { asFailure, type RequestFailed } from './request-failed.ts'

export interface Fresh<Value> {
  /** Null until it has come for the first time. What was read last stays while newer ones do not come. */
  value: Value | null
  /** Why it could not be read. */
  failure: RequestFailed | null
  read: () => void
  /** What a change was answered with: newer than what was read. */
  replace: (value: Value) => void
}

const retryMs = 15_000

/**
 * Something of the server's, read again when the network or the person comes back, and a while after that failed: in the
 * background, so that a page that is left open does not keep a session from ending.
 * @param fetchValue the same function from one drawing to the next, or it is read anew
 */
export function useFresh<Value>(fetchValue: (signal: AbortSignal) => Promise<Value>): Fresh<Value> {
  const [value, setValue] = useState<Value | null>(null)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const reader = useRef(() => {})

  useEffect(() => {
    let controller = new AbortController()
    let retry: ReturnType<typeof setTimeout> | undefined
    const read = async (by: 'person' | 'page') => {
      clearTimeout(retry)
      controller.abort()
      controller = new AbortController()
      const signal = by === 'person' ? controller.signal : inBackground(controller.signal)
      try {
        const fresh = await fetchValue(signal)
        setValue(() => fresh)
        setFailure(null)
      } catch (error) {
        if (signal.aborted) return
        setFailure(asFailure(error))
        retry = setTimeout(() => void read('page'), retryMs)
      }
    }
    const comeBack = () => {
      if (document.visibilityState === 'visible') void read('page')
    }
    void read('person')
    reader.current = () => void read('person')
    window.addEventListener('online', comeBack)
    document.addEventListener('visibilitychange', comeBack)
    return () => {
      window.removeEventListener('online', comeBack)
      document.removeEventListener('visibilitychange', comeBack)
      clearTimeout(retry)
      controller.abort()
    }
  }, [fetchValue])

  const replace = useCallback((newer: Value) => {
    setValue(() => newer)
    setFailure(null)
  }, [])
  return { value, failure, read: useCallback(() => reader.current(), []), replace }
}
