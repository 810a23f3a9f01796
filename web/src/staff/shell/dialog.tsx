import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'

interface DialogProps {
  title: string
  onClose: () => void
  /** For what needs more room than a form. */
  wide?: boolean
  children: ReactNode
}

/** A dialog over the page: one question or one form. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const shared = useSharedWords()
  return (
    <Modal opened onClose={onClose} title={title} size={wide ? 720 : 500} closeButtonProps={{ 'aria-label': shared.close }}>
      <div className="dialog-body">{children}</div>
    </Modal>
  )
}
