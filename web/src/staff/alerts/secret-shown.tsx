import { Button } from '@mantine/core'
import { TextToCopy } from '../shell/text-to-copy.tsx'
import { useAlertWords } from './words.ts'

/** A secret in the one moment in which it is known. */
export function SecretShown({ secret, onKept }: { secret: string; onKept: () => void }) {
  const words = useAlertWords()
  return (
    <div className="dialog-body">
      <p>{words.secretLead}</p>
      <TextToCopy label={words.secret} text={secret} words={words} first="takes-focus" isCode />
      <div className="dialog-actions">
        <Button variant="default" onClick={onKept}>
          {words.kept}
        </Button>
      </div>
    </div>
  )
}
