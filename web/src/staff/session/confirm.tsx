import { createContext, lazy, Suspense, use, useCallback, useRef, useState, type ReactNode } from 'react'
import { asFailure } from '../api/request-failed.ts'
import { useOpener } from '../shell/use-opener.ts'

const ConfirmationDialog = lazy(async () => ({ default: (await import('./confirmation-dialog.tsx')).ConfirmationDialog }))

type Show = () => Promise<boolean>
const ConfirmationContext = createContext<Show | null>(null)

/** Has the way to ask once more who somebody is, where something dangerous needs that. */
export function ConfirmationProvider({ children }: { children: ReactNode }) {
  const [asking, setAsking] = useState(false)
  const answer = useRef<{ promise: Promise<boolean>; resolve: (confirmed: boolean) => void } | null>(null)
  const { remember, giveBack } = useOpener()

  // Two calls that are refused at once are answered by the one dialog.
  const show = useCallback(() => {
    remember()
    setAsking(true)
    answer.current ??= Promise.withResolvers<boolean>()
    return answer.current.promise
  }, [remember])
  const settle = useCallback((confirmed: boolean) => {
    giveBack({ leaving: false })
    setAsking(false)
    answer.current?.resolve(confirmed)
    answer.current = null
  }, [giveBack])
  return (
    <ConfirmationContext value={show}>
      {children}
      {asking && (
        <Suspense>
          <ConfirmationDialog onConfirmed={() => settle(true)} onClose={() => settle(false)} />
        </Suspense>
      )}
    </ConfirmationContext>
  )
}

/**
 * Runs a call, and when the server wants to be shown again that it is them, asks for that and calls once more. Whoever
 * does not show it gets the refusal.
 */
export function useConfirmation(): <Result>(call: () => Promise<Result>) => Promise<Result> {
  const show = use(ConfirmationContext)
  if (show === null) throw new Error('useConfirmation needs a ConfirmationProvider above it')
  return useCallback(
    async (call) => {
      try {
        return await call()
      } catch (error) {
        if (asFailure(error).code !== 'confirmation-needed' || !(await show())) throw error
        return await call()
      }
    },
    [show],
  )
}
