import type { VisitSnapshot } from '@curtain/client'
import { DeviceChoice, SpeakerChoice } from '../devices/device-choice.tsx'
import { DeviceHelp } from '../devices/device-help.tsx'
import type { Devices } from '../devices/devices.ts'
import { MicrophoneLevel } from '../devices/microphone-level.tsx'
import { useDevices } from '../devices/use-devices.ts'
import { Dialog } from '../parts/dialog.tsx'
import { useVisitWords } from '../words/words.ts'

interface Settings {
  snapshot: VisitSnapshot
  devices: Devices
  onClose: () => void
}

/** Changes camera, microphone and loudspeaker while the visit goes on. */
export function SettingsDialog({ snapshot, devices, onClose }: Settings) {
  const words = useVisitWords()
  const { camera, microphone } = useDevices(devices)
  const microphoneTrack = snapshot.local.find(({ source }) => source === 'microphone')?.track
  return (
    <Dialog title={words.settings.title} onClose={onClose}>
      <p className="quiet">{words.settings.text}</p>
      <DeviceHelp camera={camera} microphone={microphone} />
      <DeviceChoice kind="microphone" snapshot={snapshot} devices={devices} />
      {microphoneTrack !== undefined && <MicrophoneLevel track={microphoneTrack} />}
      <DeviceChoice kind="camera" snapshot={snapshot} devices={devices} />
      <SpeakerChoice devices={devices} />
    </Dialog>
  )
}
