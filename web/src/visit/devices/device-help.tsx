import type { DeviceFailure } from '@curtain/client'
import { Icon } from '../parts/icon.tsx'
import { useVisitWords } from '../words/words.ts'
import { browserFamily } from './browser-family.ts'
import type { DeviceState, Opened } from './devices.ts'

type Reason = Exclude<DeviceFailure, 'insecure' | 'unsupported'> | 'failed'

function reasonOf(failure: DeviceFailure): Reason {
  return failure === 'insecure' || failure === 'unsupported' ? 'failed' : failure
}

/** Why camera or microphone cannot be used yet, and what to do, for this browser. */
export function DeviceHelp({ camera, microphone }: Record<Opened, DeviceState>) {
  if (camera.failure !== null && camera.failure === microphone.failure) {
    return <Help what="cameraAndMicrophone" reason={reasonOf(camera.failure)} />
  }
  return (
    <>
      {camera.failure !== null && <Help what="camera" reason={reasonOf(camera.failure)} />}
      {microphone.failure !== null && <Help what="microphone" reason={reasonOf(microphone.failure)} />}
    </>
  )
}

function Help({ what, reason }: { what: Opened | 'cameraAndMicrophone'; reason: Reason }) {
  const { help } = useVisitWords()
  return (
    <section className="help" role="alert">
      <h2 className="help-title">
        <Icon name="warning" size={20} />
        <span>{help.title[reason](help[what])}</span>
      </h2>
      {reason === 'denied' ? (
        <ol className="help-steps">
          {help.permission[browserFamily(navigator)].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      ) : (
        <p>{help.step[reason]}</p>
      )}
    </section>
  )
}
