import type { VisitErrorCode } from '@curtain/client'
import { useEffect, useRef, useState } from 'react'
import { VisitProvider, useSnapshot } from './room/visit-context.ts'
import { Room } from './room/room.tsx'
import type { GoodbyeReason } from './screens/goodbye-screen.tsx'
import { problemOf } from './screens/problem.ts'
import { WaitingScreen } from './screens/waiting-screen.tsx'
import type { Attempt } from './visit-page.tsx'

/** Connected: in the waiting room, or in the visit, until it ends. */
export function VisitSession({
  client,
  devices,
  onEnd,
}: Attempt & { onEnd: (reason: GoodbyeReason | VisitErrorCode) => void }) {
  const snapshot = useSnapshot(client)
  const { phase, endReason } = snapshot
  const [wasIn, setWasIn] = useState(false)
  if (phase === 'joined' && !wasIn) setWasIn(true)
  const begun = useRef(false)
  const end = useRef(onEnd)
  useEffect(() => {
    end.current = onEnd
  })

  useEffect(() => {
    if (begun.current) return
    begun.current = true
    client.connect().catch((error: unknown) => {
      if (client.snapshot.phase !== 'ended') end.current(problemOf(error))
    })
  }, [client])

  useEffect(() => {
    if (phase === 'ended') end.current(endReason ?? 'left')
  }, [phase, endReason])

  // Whoever was in already sees the room while it comes back, unless they were sent back to wait.
  const inRoom = phase === 'joined' || (wasIn && phase !== 'waiting' && phase !== 'ended')
  return (
    <VisitProvider value={client}>
      {inRoom ? (
        <Room client={client} snapshot={snapshot} devices={devices} />
      ) : (
        <WaitingScreen snapshot={snapshot} wasIn={wasIn} onLeave={() => void client.leave()} />
      )}
    </VisitProvider>
  )
}
