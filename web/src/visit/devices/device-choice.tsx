import { canChooseSpeaker, playTestTone, type DeviceKind, type VisitSnapshot } from '@curtain/client'
import { useId, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { useVisitWords } from '../words/words.ts'
import type { Devices, Opened } from './devices.ts'
import { useDevices } from './use-devices.ts'

interface Choice {
  kind: DeviceKind
  value: string
  devices: Devices
  onChoose: (id: string) => void
}

function Choice({ kind, value, devices, onChoose }: Choice) {
  const words = useVisitWords()
  const id = useId()
  const all = useDevices(devices).all.filter((device) => device.kind === kind)
  if (all.length === 0) return null
  const known = all.some((device) => device.id === value)
  return (
    <div className="field">
      <label htmlFor={id}>{words.check[kind]}</label>
      <select id={id} value={known ? value : ''} onChange={(event) => onChoose(event.target.value)}>
        {!known && <option value="">{words.check.systemDefault}</option>}
        {all.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label === '' ? words.check.unnamedDevice(words.check[kind], index + 1) : device.label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Chooses the camera or the microphone; takes effect at once, also while live. */
export function DeviceChoice({ kind, snapshot, devices }: { kind: Opened; snapshot: VisitSnapshot; devices: Devices }) {
  const track = snapshot.local.find(({ source }) => source === kind)?.track
  return (
    <Choice
      kind={kind}
      value={track?.getSettings().deviceId ?? ''}
      devices={devices}
      onChoose={(id) => void devices.choose({ kind, id })}
    />
  )
}

/** Chooses where sound comes out, where the browser can, and plays a tone there. */
export function SpeakerChoice({ devices }: { devices: Devices }) {
  const words = useVisitWords()
  const { speakerId } = useDevices(devices)
  const [played, setPlayed] = useState(false)

  function play() {
    setPlayed(true)
    // A loudspeaker that is gone is no reason for silence: the device's own plays.
    playTestTone(speakerId ?? undefined).catch(() => playTestTone().catch(() => undefined))
  }

  return (
    <div className="speaker-choice">
      {canChooseSpeaker() && (
        <Choice
          kind="speaker"
          value={speakerId ?? ''}
          devices={devices}
          onChoose={(id) => {
            if (id !== '') devices.chooseSpeaker(id)
          }}
        />
      )}
      <Button icon="sound" onClick={play}>
        {words.check.playTone}
      </Button>
      {played && (
        <output className="small quiet">{words.check.toneQuestion}</output>
      )}
    </div>
  )
}
