import type { RemoteParticipant } from '@curtain/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { useVisitWords } from '../words/words.ts'

/** Plays what the others send. Where the browser wants a gesture first, asks for one. */
export function Sound({ participants, speakerId }: { participants: readonly RemoteParticipant[]; speakerId: string | null }) {
  const words = useVisitWords()
  const [blocked, setBlocked] = useState(false)
  const [players] = useState(() => new Set<HTMLAudioElement>())

  const play = useCallback((element: HTMLAudioElement) => {
    element.play().then(
      () => setBlocked(false),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') setBlocked(true)
      },
    )
  }, [])

  const streams = participants
    .flatMap((participant) => participant.streams)
    .filter(({ source }) => source === 'microphone' || source === 'screen-audio')
  return (
    <>
      {streams.map((stream) => (
        <Player key={stream.consumerId} track={stream.track} speakerId={speakerId} players={players} play={play} />
      ))}
      {blocked && (
        <div className="banner banner-action" role="alert">
          <span>{words.notice.soundBlocked}</span>
          <Button look="primary" icon="sound" onClick={() => players.forEach(play)}>
            {words.notice.hear}
          </Button>
        </div>
      )}
    </>
  )
}

interface Player {
  track: MediaStreamTrack
  speakerId: string | null
  players: Set<HTMLAudioElement>
  play: (element: HTMLAudioElement) => void
}

function Player({ track, speakerId, players, play }: Player) {
  const audio = useRef<HTMLAudioElement>(null)

  useEffect(() => {
    const element = audio.current
    if (element === null) return undefined
    players.add(element)
    element.srcObject = new MediaStream([track])
    play(element)
    return () => {
      players.delete(element)
      element.srcObject = null
    }
  }, [track, players, play])

  useEffect(() => {
    // Where the loudspeaker cannot be chosen, or is gone, sound comes from the device's own.
    if (audio.current !== null && 'setSinkId' in audio.current) {
      audio.current.setSinkId(speakerId ?? '').catch(() => undefined)
    }
  }, [speakerId])

  // What is said is heard, not read: captions of a live conversation come with their own feature.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={audio} autoPlay />
}
