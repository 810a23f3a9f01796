import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { FailureNotice } from './notice.tsx'

interface QuestionProps {
  title: string
  /** What follows from it. */
  children: ReactNode
  /** The safe answer, which has the focus. */
  keep: string
  act: string
  /** @throws RequestFailed */
  onAct: () => Promise<void>
  onClose: () => void
}

/** Asks before something dangerous is done, and once more who it is where the server wants to know. */
export function Question({ title, children, keep, act, onAct, onClose }: QuestionProps) {
  const shared = useSharedWords()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': shared.close }}>
      <div className="dialog-body">
        {children}
        {failure !== null && <FailureNotice failure={failure} />}
        <div className="dialog-actions">
          <Button variant="default" data-autofocus onClick={onClose}>
            {keep}
          </Button>
          <Button color="danger" loading={busy} onClick={() => void run(() => withConfirmation(onAct))}>
            {act}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
