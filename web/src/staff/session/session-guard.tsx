import type { Me } from '@curtain/protocol'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Dated } from '../api/ask.ts'
import { onUse } from '../api/attendance.ts'
import { inBackground } from '../api/background.ts'
import { SessionWarning } from './session-warning.tsx'
import { SessionWatch, type Warning } from './session-watch.ts'
import { useSession } from './session.tsx'

/** Shows a page as long as the session lasts, with a warning before it ends. */
export function SessionGuard({ me, children }: { me: Dated<Me>; children: ReactNode }) {
  const { api, channel, check } = useSession()
  const [warning, setWarning] = useState<Warning>(null)
  const current = useRef<SessionWatch | null>(null)

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const watch = new SessionWatch(me, {
      read: () => api.me(inBackground(signal)),
      // Whether it arrived shows when the server is asked next.
      tellServer: () => void api.keepSession().catch(() => {}),
      tellTabs: () => channel.tell({ type: 'used' }),
      onWarning: setWarning,
      onOver: check,
    })
    current.current = watch
    const stop = channel.listen((said) => {
      if (said.type === 'used') watch.usedElsewhere()
    })
    onUse(() => watch.used(), signal)
    const look = () => watch.look()
    document.addEventListener('visibilitychange', look, { signal })
    window.addEventListener('focus', look, { signal })
    return () => {
      watch.close()
      stop()
      controller.abort()
    }
  }, [me, api, channel, check])

  return (
    <>
      {children}
      {warning !== null && <SessionWarning {...warning} onStay={() => current.current?.stay()} />}
    </>
  )
}
