import type { ConnectionHealth } from '@curtain/client'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../parts/icon.tsx'
import { useSay } from '../parts/notices.tsx'
import { useVisitWords } from '../words/words.ts'

/** Says why picture and sound may be missing, and when all is well again. Read out politely. */
export function HealthBanner({ health }: { health: ConnectionHealth }) {
  const words = useVisitWords()
  const say = useSay()
  const before = useRef(health)
  // Until all was well once, things are not coming back but on their way.
  const [wasFine, setWasFine] = useState(health === 'fine')
  if (health === 'fine' && !wasFine) setWasFine(true)
  useEffect(() => {
    if (wasFine && before.current !== 'fine' && health === 'fine') say(words.health.fine)
    before.current = health
  }, [health, wasFine, say, words])
  const told = health === 'media-recovering' && !wasFine ? 'fine' : health
  return (
    <output className="health">
      {told !== 'fine' && (
        <div className="banner banner-warning" data-health={told}>
          <Icon name={told === 'offline' ? 'offline' : 'warning'} size={20} />
          <span>{words.health[told]}</span>
        </div>
      )}
    </output>
  )
}
