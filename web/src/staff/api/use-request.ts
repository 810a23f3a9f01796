import { useCallback, useState } from 'react'
import { asFailure, type RequestFailed } from './request-failed.ts'

/** Runs one request of a form or a dialog at a time, and keeps why it failed. */
export function useRequest() {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const run = useCallback(async (act: () => Promise<void>) => {
    setBusy(true)
    setFailure(null)
    try {
      await act()
    } catch (error) {
      setFailure(asFailure(error))
    }
    setBusy(false)
  }, [])
  return { busy, failure, run }
}
