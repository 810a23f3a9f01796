import type { UserAccount } from '@curtain/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'

interface People {
  /** Null until they have come for the first time. What was read last stays while newer ones do not come. */
  people: readonly UserAccount[] | null
  /** Why they could not be read. */
  failure: RequestFailed | null
  read: () => void
}

const retryMs = 15_000

/** The accounts of the staff, read again when the network or the person comes back, and a while after that failed. */
export function usePeople(): People {
  const { api } = useSession()
  const [people, setPeople] = useState<readonly UserAccount[] | null>(null)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const reader = useRef(() => {})

  useEffect(() => {
    let controller = new AbortController()
    let retry: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      clearTimeout(retry)
      controller.abort()
      controller = new AbortController()
      const { signal } = controller
      try {
        setPeople((await api.users(signal)).users)
        setFailure(null)
      } catch (error) {
        if (signal.aborted) return
        setFailure(asFailure(error))
        retry = setTimeout(() => void read(), retryMs)
      }
    }
    const comeBack = () => {
      if (document.visibilityState === 'visible') void read()
    }
    void read()
    reader.current = () => void read()
    window.addEventListener('online', comeBack)
    document.addEventListener('visibilitychange', comeBack)
    return () => {
      window.removeEventListener('online', comeBack)
      document.removeEventListener('visibilitychange', comeBack)
      clearTimeout(retry)
      controller.abort()
    }
  }, [api])

  return { people, failure, read: useCallback(() => reader.current(), []) }
}
