import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { IconButton } from './button.tsx'

interface Dialog {
  title: string
  onClose: () => void
  /** As tall as it may be, and on phones all of the screen: for what scrolls inside. */
  tall?: boolean
  children: ReactNode
}

/**
 * A modal dialog: the browser's own, so that focus stays inside, Escape closes it and focus goes back to where it was.
 * It is open as long as it is rendered. A press beside it closes it, too.
 */
export function Dialog({ title, onClose, tall = false, children }: Dialog) {
  const shared = useSharedWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  // Closed while it is still on the page: one that is taken off gives the focus back to nothing.
  useLayoutEffect(() => {
    const element = dialog.current
    if (element === null) return undefined
    element.showModal()
    return () => element.close()
  }, [])

  return (
    // The press beside the dialog is a convenience for the mouse; the keyboard has Escape and the close button.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={tall ? 'dialog dialog-tall' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="dialog-body">
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          <IconButton label={shared.close} icon="close" onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  )
}
