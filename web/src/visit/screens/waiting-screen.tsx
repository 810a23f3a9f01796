import type { VisitSnapshot } from '@curtain/client'
import { useEffect, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { Button } from '../parts/button.tsx'
import { PageFrame } from '../parts/page-frame.tsx'
import { BeforeNote } from '../privacy/before-note.tsx'
import { HealthBanner } from '../room/health-banner.tsx'
import { SelfTile } from '../room/self-tile.tsx'
import { useVisitWords } from '../words/words.ts'
import { serverClockOffset } from './server-clock.ts'

interface Waiting {
  snapshot: VisitSnapshot
  /** They were in the visit before. */
  wasIn: boolean
  onLeave: () => void
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** What is happening, while one waits to be let in. */
export function WaitingScreen({ snapshot, wasIn, onLeave }: Waiting) {
  const words = useVisitWords()
  const { phase, visit } = snapshot
  const connecting = phase !== 'waiting'
  return (
    <PageFrame
      clinic={visit?.organizationName ?? null}
      title={words.waiting.title}
      actions={<Button onClick={onLeave}>{words.waiting.leave}</Button>}
    >
      <HealthBanner health={snapshot.health} />
      {visit?.encryption === 'transport' && <BeforeNote mode="transport" />}
      <div className="waiting-picture">
        <SelfTile snapshot={snapshot} />
      </div>
      <output className="waiting-words">
        {connecting && <p className="lead">{phase === 'joining' ? words.waiting.joining : words.waiting.connecting}</p>}
        {!connecting && visit !== null && (
          <>
            <p className="lead">{wasIn ? words.waiting.sentBack : words.waiting.told(visit.clinicianName)}</p>
            {!wasIn && <Punctuality startsAt={new Date(visit.startsAt)} />}
          </>
        )}
      </output>
      <p className="quiet">
        {words.waiting.next} {words.waiting.unseen}
      </p>
    </PageFrame>
  )
}

/** Early and late are told by the server's clock: this device's may be wrong. */
function Punctuality({ startsAt }: { startsAt: Date }) {
  const words = useVisitWords()
  const { format } = useTranslation()
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    let timer: number | undefined
    let isOver = false
    async function begin() {
      const offsetMs = await serverClockOffset()
      if (isOver) return
      const tell = () => setNow(Date.now() + offsetMs)
      tell()
      timer = window.setInterval(tell, minuteMs / 2)
    }
    void begin()
    return () => {
      isOver = true
      window.clearInterval(timer)
    }
  }, [])

  if (now === null) return null
  const untilMs = startsAt.getTime() - now
  const time = format.time(startsAt)
  if (untilMs > dayMs / 2) return <p>{words.waiting.earlyDay(format.day(startsAt), time)}</p>
  if (untilMs > 5 * minuteMs) return <p>{words.waiting.early(time)}</p>
  if (untilMs < -10 * minuteMs) return <p>{words.waiting.late(time)}</p>
  return null
}
