import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { useSharedWords, useTranslation } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { FailureNotice } from '../shell/notice.tsx'
import type { SessionLimit } from './session-clock.ts'
import { useSignOut } from './use-sign-out.ts'
import { useSessionWords } from './words.ts'

/** When the time that is left is read out: not every second, which nobody could listen to. */
const saidAt = [60, 30, 10]

interface SessionWarningProps {
  until: SessionLimit
  seconds: number
  onStay: () => void
}

/** The last minute of a session. An idle one can go on; the end of the longest there may be cannot be put off. */
export function SessionWarning({ until, seconds, onStay }: SessionWarningProps) {
  const words = useSessionWords()
  const shared = useSharedWords()
  const { format } = useTranslation()
  const signOut = useSignOut()
  const [put, setAway] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const isIdle = until === 'idle'
  const close = isIdle ? onStay : () => setAway(true)
  const [most = seconds] = saidAt
  const said = saidAt.findLast((at) => seconds <= at) ?? most
  if (put) return null
  return (
    <Modal
      opened
      onClose={close}
      title={isIdle ? words.idleTitle : words.endTitle}
      closeButtonProps={{ 'aria-label': shared.close }}
      closeOnClickOutside={false}
      zIndex={220}
    >
      <div className="dialog-body">
        <p className="session-countdown" aria-hidden="true">
          {format.elapsed(seconds * 1000)}
        </p>
        <output className="visually-hidden">{words.secondsLeft(said)}</output>
        <p>{isIdle ? words.idleExplained : words.endExplained}</p>
        {failure !== null && <FailureNotice failure={failure} />}
        <div className="dialog-actions">
          <Button
            variant="default"
            onClick={() => void signOut().catch((error: unknown) => setFailure(asFailure(error)))}
          >
            {words.signOutNow}
          </Button>
          <Button data-autofocus onClick={close}>
            {isIdle ? words.stay : words.goOn}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
