import { Button, Modal } from '@mantine/core'
import type { Visit } from '@curtain/protocol'
import { useState } from 'react'
import { useSharedWords, useTranslation } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useVisitWords } from './words.ts'

interface CallOffVisitProps {
  visit: Visit
  how: 'cancel' | 'no-show'
  onDone: (said: string) => void
  onClose: () => void
}

/** Cancels a visit or marks it as a no-show, after saying what that means. The safe answer has the focus. */
export function CallOffVisit({ visit, how, onDone, onClose }: CallOffVisitProps) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const startsAt = new Date(visit.startsAt)
  const said =
    how === 'cancel'
      ? { title: words.cancelTitle, explained: words.cancelExplained, act: words.cancel, done: words.cancelled }
      : { title: words.noShowTitle, explained: words.noShowExplained, act: words.noShow, done: words.noShowDone }

  const act = async () => {
    setBusy(true)
    setFailure(null)
    try {
      await (how === 'cancel' ? api.cancelVisit(visit.id) : api.markNoShow(visit.id))
      onDone(said.done)
    } catch (error) {
      setFailure(asFailure(error))
      setBusy(false)
    }
  }

  return (
    <Modal opened onClose={onClose} title={said.title} closeButtonProps={{ 'aria-label': shared.close }}>
      <div className="dialog-body">
        <p className="dialog-subject">{words.made(visit.patient.name, format.day(startsAt), format.time(startsAt))}</p>
        <p>{said.explained}</p>
        {failure !== null && <FailureNotice failure={failure} />}
        <div className="dialog-actions">
          <Button variant="default" data-autofocus onClick={onClose}>
            {words.keep}
          </Button>
          <Button color="danger" loading={busy} onClick={() => void act()}>
            {said.act}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
