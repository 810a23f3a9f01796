import type { EncryptionStatus, RemoteParticipant, RemoteStream } from '@curtain/client'
import { useCallback, type ReactNode } from 'react'
import { Icon } from '../parts/icon.tsx'
import { Initials } from '../parts/initials.tsx'
import { Picture } from '../parts/picture.tsx'
import { QualityMark } from '../parts/quality-mark.tsx'
import { isSecuring } from '../privacy/privacy-state.ts'
import { usePrivacyWords } from '../privacy/words.ts'
import { useVisitWords } from '../words/words.ts'
import { useVisitClient } from './visit-context.ts'

/** The stream of a source that is being sent now, if any. */
export function liveStream(participant: RemoteParticipant, source: RemoteStream['source']): RemoteStream | null {
  return participant.streams.find((stream) => stream.source === source && !stream.paused) ?? null
}

/** A remote picture that tells the server how large it is shown, so that no more is sent than that. */
function RemotePicture({ stream, whole = false }: { stream: RemoteStream; whole?: boolean }) {
  const client = useVisitClient()
  const { consumerId } = stream
  const onResize = useCallback(
    (width: number, height: number) => client.setViewSize(consumerId, width, height),
    [client, consumerId],
  )
  return <Picture track={stream.track} whole={whole} onResize={onResize} />
}

interface TileFace {
  name: string
  label: string
  picture: ReactNode
  microphoneOff: boolean
  speaking: boolean
  quality: number
  connected: boolean
  /** There are no keys yet for what they send: their picture would be black. */
  securing?: boolean
}

/** One person: picture or initials, name, microphone, connection. */
export function TileFace({ name, label, picture, microphoneOff, speaking, quality, connected, securing = false }: TileFace) {
  const words = useVisitWords()
  const { lock } = usePrivacyWords()
  return (
    <article className="tile" aria-label={label} data-speaking={speaking} data-connected={connected} data-securing={securing}>
      {/* Beneath the picture, which covers it from its first frame on. */}
      <Initials name={name} />
      {picture}
      {!connected && <p className="tile-message">{words.room.droppedOff}</p>}
      {connected && securing && <p className="tile-message tile-securing">{lock.securing}</p>}
      <footer className="tile-label">
        {microphoneOff && <Icon name="microphone-off" size={16} label={words.room.microphoneOff} />}
        <span className="tile-name">{label}</span>
        <QualityMark quality={connected ? quality : 0} />
      </footer>
      {speaking && <span className="visually-hidden">{words.room.speaking}</span>}
    </article>
  )
}

export function ParticipantTile({ participant, encryption }: { participant: RemoteParticipant; encryption: EncryptionStatus }) {
  const camera = liveStream(participant, 'camera')
  return (
    <TileFace
      name={participant.displayName}
      label={participant.displayName}
      picture={camera === null ? null : <RemotePicture stream={camera} />}
      microphoneOff={liveStream(participant, 'microphone') === null}
      speaking={participant.speaking}
      quality={participant.quality}
      connected={participant.connected}
      securing={isSecuring(encryption, participant.id)}
    />
  )
}

export function ScreenTile({ participant, stream }: { participant: RemoteParticipant; stream: RemoteStream }) {
  const words = useVisitWords()
  const label = words.room.screenOf(participant.displayName)
  return (
    <article className="tile tile-screen" aria-label={label}>
      <RemotePicture stream={stream} whole />
      <footer className="tile-label">
        <Icon name="share" size={16} />
        <span className="tile-name">{label}</span>
      </footer>
    </article>
  )
}
