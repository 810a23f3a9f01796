import { createLevelMeter } from '@curtain/client'
import { useCallback, useState } from 'react'
import { LevelBar } from '../parts/level-bar.tsx'
import { useVisitWords } from '../words/words.ts'

/** Between two looks at the level, in milliseconds: smooth enough, and little work. */
const everyMs = 50
/** Speech near a microphone is well above this; a quiet room is below. */
const heardLevel = 0.35
/** Silence for this long, in milliseconds, is worth a word. */
const silentMs = 6000

type Hearing = 'listening' | 'heard' | 'silent'

/** Shows how loud a microphone is, and says whether anything is heard. */
export function MicrophoneLevel({ track }: { track: MediaStreamTrack }) {
  const words = useVisitWords()
  const [hearing, setHearing] = useState<Hearing>('listening')

  const subscribe = useCallback(
    (listener: (level: number) => void) => {
      setHearing('listening')
      const meter = createLevelMeter(track)
      let quietMs = 0
      const timer = window.setInterval(() => {
        const level = meter.level()
        listener(level)
        quietMs = level >= heardLevel ? 0 : quietMs + everyMs
        if (level >= heardLevel) setHearing('heard')
        else if (quietMs >= silentMs) setHearing((before) => (before === 'heard' ? before : 'silent'))
      }, everyMs)
      return () => {
        window.clearInterval(timer)
        meter.close()
      }
    },
    [track],
  )

  const text = { listening: words.check.say, heard: words.check.heard, silent: words.check.silent }[hearing]
  return (
    <div className="microphone-level">
      <LevelBar label={words.check.level} subscribe={subscribe} />
      <output className="small quiet">{text}</output>
    </div>
  )
}
