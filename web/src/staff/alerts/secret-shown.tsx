import { Button } from '@mantine/core'
import { useInstant } from '../account/use-instant.ts'
import { TextToCopy } from '../shell/text-to-copy.tsx'
import { useAlertWords } from './words.ts'

interface SecretShownProps {
  secret: string
  /** Until when the one before it signs too. */
  oldUntil: string | null
  onKept: () => void
}

/** A secret in the one moment in which it is known. */
export function SecretShown({ secret, oldUntil, onKept }: SecretShownProps) {
  const words = useAlertWords()
  const instant = useInstant()
  return (
    <div className="dialog-body">
      <p>{words.secretLead}</p>
      {oldUntil !== null && <p>{words.oldSecret(instant(oldUntil))}</p>}
      <TextToCopy label={words.secret} text={secret} words={words} first="takes-focus" isCode />
      <div className="dialog-actions">
        <Button variant="default" onClick={onKept}>
          {words.kept}
        </Button>
      </div>
    </div>
  )
}
