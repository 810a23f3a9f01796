import type { ConnectionHealth } from '@curtain/client'
import { useEffect, useRef } from 'react'
import { Icon } from '../parts/icon.tsx'
import { useSay } from '../parts/notices.tsx'
import { useVisitWords } from '../words/words.ts'

/** Says why picture and sound may be missing, and when all is well again. Read out politely. */
export function HealthBanner({ health }: { health: ConnectionHealth }) {
  const words = useVisitWords()
  const say = useSay()
  const before = useRef(health)
  useEffect(() => {
    if (before.current !== 'fine' && health === 'fine') say(words.health.fine)
    before.current = health
  }, [health, say, words])
  return (
    <div role="status" aria-live="polite" className="health">
      {health !== 'fine' && (
        <div className="banner banner-warning" data-health={health}>
          <Icon name={health === 'offline' ? 'offline' : 'warning'} size={20} />
          <span>{words.health[health]}</span>
        </div>
      )}
    </div>
  )
}
