import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { IconButton } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'

/** What a side panel may show; one at a time. */
export type Panel = 'people' | 'chat'

interface SidePanel {
  title: string
  /** With room for it, it stands beside the stage; else it covers it. */
  beside: boolean
  /** What it shows scrolls by itself and wants all the height. */
  tall?: boolean
  onClose: () => void
  children: ReactNode
}

/** Something to read or do while the visit is seen, where the screen is large enough. */
export function SidePanel({ beside, ...panel }: SidePanel) {
  return beside ? <Beside {...panel} /> : <Dialog {...panel} />
}

function Beside({ title, onClose, children }: Omit<SidePanel, 'beside'>) {
  const shared = useSharedWords()
  const titleId = useId()
  const aside = useRef<HTMLElement>(null)
  // Read before anything inside takes the focus.
  const [opener] = useState(() => document.activeElement)

  useEffect(() => {
    const element = aside.current
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) onClose()
    }
    element?.addEventListener('keydown', onKeyDown)
    return () => {
      element?.removeEventListener('keydown', onKeyDown)
      // What had the focus is gone with the panel: back to what opened it.
      if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus()
    }
  }, [onClose, opener])

  return (
    <aside ref={aside} className="room-side" aria-labelledby={titleId}>
      <header className="dialog-header">
        <h2 id={titleId}>{title}</h2>
        <IconButton label={shared.close} icon="close" onClick={onClose} />
      </header>
      {children}
    </aside>
  )
}
