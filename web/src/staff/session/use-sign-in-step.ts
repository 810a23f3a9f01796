import type { SignInStep } from '@curtain/protocol'
import { useCallback, useEffect, useState } from 'react'
import { asFailure } from '../api/request-failed.ts'
import { useSession } from './session.tsx'

interface Way {
  /** Where this browser stands; null at the very beginning, undefined until that is known. */
  step: SignInStep | null | undefined
  goOn: (step: SignInStep | null) => void
}

/**
 * Where this browser stands on its way in, so that a page that is loaded again goes on there. Asked once more when the page
 * comes back into sight: the way may have ended, or been gone in another tab.
 */
export function useSignInStep(): Way {
  const { api } = useSession()
  const [step, setStep] = useState<Way['step']>()

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const read = async () => {
      try {
        setStep(await api.signInStep(signal))
      } catch (error) {
        // Without an answer the page begins where everybody begins, or stays where it is.
        const isOut = asFailure(error).code === 'not-signed-in'
        if (!signal.aborted) setStep((before) => (isOut ? null : (before ?? null)))
      }
    }
    const comeBack = () => {
      if (document.visibilityState === 'visible') void read()
    }
    void read()
    document.addEventListener('visibilitychange', comeBack, { signal })
    return () => controller.abort()
  }, [api])

  return { step, goOn: useCallback((next) => setStep(next), []) }
}
