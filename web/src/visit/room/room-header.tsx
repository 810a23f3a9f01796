import type { VisitSnapshot } from '@curtain/client'
import { useEffect, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { Icon } from '../parts/icon.tsx'
import { Lock } from '../privacy/lock.tsx'
import { privacyState } from '../privacy/privacy-state.ts'
import { useVisitWords } from '../words/words.ts'

/** Where one is, how private it is, how long it goes on. */
export function RoomHeader({ snapshot, onPrivacy }: { snapshot: VisitSnapshot; onPrivacy: () => void }) {
  const words = useVisitWords()
  const { visit, self } = snapshot
  const title = self?.role === 'host' ? visit?.organizationName : visit?.clinicianName
  return (
    <header className="room-header">
      <h1 className="room-title">{title ?? words.title}</h1>
      {snapshot.locked && (
        <span className="room-locked" title={words.room.locked}>
          <Icon name="door" size={18} />
          <span className="visually-hidden">{words.room.locked}</span>
        </span>
      )}
      {snapshot.startedAt !== null && <Elapsed since={snapshot.startedAt} />}
      <Lock state={privacyState(snapshot)} onPress={onPrivacy} />
    </header>
  )
}

/** Time since an instant of this device's clock, in milliseconds since 1970. */
function Elapsed({ since }: { since: number }) {
  const words = useVisitWords()
  const { format } = useTranslation()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000)
    return () => window.clearInterval(timer)
  }, [])
  return (
    <span className="room-elapsed" role="timer" aria-label={words.room.elapsed}>
      {format.elapsed(now - since)}
    </span>
  )
}
