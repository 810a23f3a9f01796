import { Dialog } from '../parts/dialog.tsx'
import { useVisitWords } from '../words/words.ts'

/** The words behind the lock: what is protected, and what is not. */
export function PrivacyDialog({ onClose }: { onClose: () => void }) {
  const words = useVisitWords()
  return (
    <Dialog title={words.privacy.title} onClose={onClose}>
      <dl className="privacy">
        {words.privacy.points.map(({ title, text }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
