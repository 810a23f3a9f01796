import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'

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
