import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { FailureNotice } from '../shell/notice.tsx'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** What is shown only once must not vanish by a slip of the hand. */
  holdsOnce?: boolean
}

export function Dialog({ title, onClose, children, holdsOnce = false }: DialogProps) {
  const shared = useSharedWords()
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': shared.close }}
      closeOnClickOutside={!holdsOnce}
      closeOnEscape={!holdsOnce}
      withCloseButton={!holdsOnce}
    >
      <div className="dialog-body">{children}</div>
    </Modal>
  )
}

interface QuestionProps {
  title: string
  explained: string
  /** The safe answer, which has the focus. */
  keep: string
  act: string
  /** @throws RequestFailed */
  onAct: () => Promise<void>
  onClose: () => void
}

/** Asks before something is done that cannot be taken back, and for whom it is where the server wants to know. */
export function Question({ title, explained, keep, act, onAct, onClose }: QuestionProps) {
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{explained}</p>
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" data-autofocus onClick={onClose}>
          {keep}
        </Button>
        <Button color="danger" loading={busy} onClick={() => void run(() => withConfirmation(onAct))}>
          {act}
        </Button>
      </div>
    </Dialog>
  )
}
