import type { EncryptionMode } from '@curtain/protocol'
import { Icon } from '../parts/icon.tsx'
import { usePrivacyWords } from './words.ts'

/** How private the visit will be, before somebody goes in. */
export function BeforeNote({ mode }: { mode: EncryptionMode }) {
  const words = usePrivacyWords()
  const isOpen = mode === 'transport'
  return (
    <p className={isOpen ? 'privacy-note with-icon' : 'quiet with-icon'}>
      <Icon name={isOpen ? 'lock-open' : 'lock'} size={20} />
      <span>{words.before[mode]}</span>
    </p>
  )
}
