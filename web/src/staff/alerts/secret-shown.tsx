import { Button, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { Icon } from '../shell/icons.tsx'
import { copyText } from '../visit/copy-text.ts'
import { useAlertWords } from './words.ts'

/** A secret in the one moment in which it is known. */
export function SecretShown({ secret, onKept }: { secret: string; onKept: () => void }) {
  const words = useAlertWords()
  const field = useRef<HTMLInputElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed' | null>(null)
  const copy = async () => setOutcome((await copyText(secret, field.current)) ? 'copied' : 'copyFailed')
  return (
    <div className="dialog-body">
      <p>{words.secretLead}</p>
      <div className="link-row">
        <TextInput
          ref={field}
          className="link-field alert-secret"
          label={words.secret}
          value={secret}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button data-autofocus leftSection={<Icon name={outcome === 'copied' ? 'check' : 'copy'} />} onClick={() => void copy()}>
          {words.copy}
        </Button>
      </div>
      <output className="field-note">{outcome !== null && words[outcome]}</output>
      <div className="dialog-actions">
        <Button variant="default" onClick={onKept}>
          {words.kept}
        </Button>
      </div>
    </div>
  )
}
