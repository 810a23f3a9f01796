import { Button, TextInput } from '@mantine/core'
import type { ApiKeyCreated } from '@curtain/protocol'
import { useRef, useState } from 'react'
import { Icon } from '../shell/icons.tsx'
import { copyText } from '../visit/copy-text.ts'
import { exampleWith } from './example.ts'
import { useApiKeyWords } from './words.ts'

interface KeyMadeProps {
  made: ApiKeyCreated
  onKept: () => void
}

/** A key in the one moment in which its secret is known. */
export function KeyMade({ made: { apiKey, secret }, onKept }: KeyMadeProps) {
  const words = useApiKeyWords()
  const field = useRef<HTMLInputElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed' | null>(null)
  const copy = async () => setOutcome((await copyText(secret, field.current)) ? 'copied' : 'copyFailed')
  return (
    <div className="dialog-body">
      <p>{words.madeLead}</p>
      <div className="api-key-secret">
        <TextInput label={words.id} value={apiKey.id} readOnly onFocus={(event) => event.currentTarget.select()} />
        <div className="link-row">
          <TextInput
            ref={field}
            className="link-field"
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
      </div>
      <p className="quiet">{words.example}</p>
      <pre className="api-key-example">{exampleWith(apiKey, location.origin)}</pre>
      <div className="dialog-actions">
        <Button variant="default" onClick={onKept}>
          {words.kept}
        </Button>
      </div>
    </div>
  )
}
