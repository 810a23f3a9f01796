import type { VisitClient } from '@curtain/client'
import type { AdmissionTicket } from '@curtain/protocol'
import { useEffect } from 'react'
import { DeviceChoice, SpeakerChoice } from '../devices/device-choice.tsx'
import { DeviceHelp } from '../devices/device-help.tsx'
import type { Devices, DeviceState } from '../devices/devices.ts'
import { MicrophoneLevel } from '../devices/microphone-level.tsx'
import { useDevices } from '../devices/use-devices.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { PageFrame } from '../parts/page-frame.tsx'
import { Picture } from '../parts/picture.tsx'
import { BeforeNote } from '../privacy/before-note.tsx'
import { useSnapshot } from '../room/visit-context.ts'
import { useVisitWords } from '../words/words.ts'

interface Check {
  ticket: AdmissionTicket
  client: VisitClient
  devices: Devices
  onContinue: () => void
}

/** Another device helps where one is broken or in use, not where the browser may use none. */
function isChoosable({ failure }: DeviceState): boolean {
  return failure === null || failure === 'in-use' || failure === 'not-found'
}

/** See and hear oneself before anybody else does; going on works without a camera or a microphone, too. */
export function CheckScreen({ ticket, client, devices, onContinue }: Check) {
  const words = useVisitWords()
  const snapshot = useSnapshot(client)
  const { camera, microphone } = useDevices(devices)
  const cameraTrack = snapshot.local.find(({ source }) => source === 'camera')?.track
  const microphoneTrack = snapshot.local.find(({ source }) => source === 'microphone')?.track
  const starting = camera.starting || microphone.starting
  const host = ticket.participant.role === 'host'
  const admitted = ticket.participant.admission === 'admitted'

  useEffect(() => {
    void client.prepare()
    if (client.snapshot.local.length === 0) void devices.turnBothOn()
  }, [client, devices])

  const complete = cameraTrack !== undefined && microphoneTrack !== undefined
  const without =
    cameraTrack !== undefined
      ? words.check.withoutMicrophone
      : microphoneTrack !== undefined
        ? words.check.withoutCamera
        : words.check.withoutBoth
  const goOn = host || admitted ? words.check.enter : words.check.continue
  return (
    <PageFrame
      wide
      clinic={ticket.visit.organizationName}
      title={host ? words.check.hostTitle : words.check.title}
      actions={
        <>
          {!complete && !starting && <p className="small">{without}</p>}
          <p className="small quiet">
            {host ? words.check.nextHost : admitted ? words.check.nobodyYet : words.check.next}
          </p>
          <Button look="primary" disabled={starting && !complete} onClick={onContinue}>
            {complete || starting ? goOn : words.check.continueWithout}
          </Button>
        </>
      }
    >
      {ticket.visit.encryption === 'transport' && <BeforeNote mode="transport" />}
      <div className="check">
        <div className="check-picture">
          {cameraTrack === undefined ? (
            <p className="check-no-picture">
              <Icon name="camera-off" size={32} />
              <span>{camera.starting ? words.check.pictureStarting : words.check.pictureOff}</span>
            </p>
          ) : (
            // To whoever does not see it, a live mirror is a picture.
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            <div role="img" aria-label={words.check.picture} className="check-mirror">
              <Picture track={cameraTrack} mirrored />
            </div>
          )}
        </div>
        <div className="check-devices">
          {starting && (
            <output className="help">{words.check.asking}</output>
          )}
          {!starting && <DeviceHelp camera={camera} microphone={microphone} />}
          {!starting && !complete && (
            <Button
              onClick={() => {
                if (cameraTrack === undefined && microphoneTrack === undefined) void devices.turnBothOn()
                else void devices.turnOn(cameraTrack === undefined ? 'camera' : 'microphone')
              }}
            >
              {words.check.turnOn}
            </Button>
          )}
          {isChoosable(microphone) && <DeviceChoice kind="microphone" snapshot={snapshot} devices={devices} />}
          {microphoneTrack !== undefined && <MicrophoneLevel track={microphoneTrack} />}
          {isChoosable(camera) && <DeviceChoice kind="camera" snapshot={snapshot} devices={devices} />}
          <SpeakerChoice devices={devices} />
        </div>
      </div>
    </PageFrame>
  )
}
