import type { VisitSnapshot } from '@curtain/client'
import { Picture } from '../parts/picture.tsx'
import { useVisitWords } from '../words/words.ts'
import { TileFace } from './tile.tsx'

/** Oneself as the others see it, but mirrored. */
export function SelfTile({ snapshot }: { snapshot: VisitSnapshot }) {
  const words = useVisitWords()
  const camera = snapshot.local.find((stream) => stream.source === 'camera' && !stream.paused)
  const microphone = snapshot.local.find((stream) => stream.source === 'microphone' && !stream.paused)
  return (
    <TileFace
      name={snapshot.self?.displayName ?? words.you}
      label={words.you}
      picture={camera === undefined ? null : <Picture track={camera.track} mirrored />}
      microphoneOff={microphone === undefined}
      speaking={snapshot.self?.speaking ?? false}
      quality={snapshot.self?.quality ?? 0}
      connected
    />
  )
}
