import { Button, TextInput } from '@mantine/core'
import type { ApiKeyCreated } from '@curtain/protocol'
import { TextToCopy } from '../shell/text-to-copy.tsx'
import { exampleWith } from './example.ts'
import { useApiKeyWords } from './words.ts'

interface KeyMadeProps {
  made: ApiKeyCreated
  onKept: () => void
}

/** A key in the one moment in which its secret is known. */
export function KeyMade({ made: { apiKey, secret }, onKept }: KeyMadeProps) {
  const words = useApiKeyWords()
  return (
    <div className="dialog-body">
      <p>{words.madeLead}</p>
      <div className="api-key-secret">
        <TextInput className="code-field" label={words.id} value={apiKey.id} readOnly onFocus={(event) => event.currentTarget.select()} />
        <TextToCopy label={words.secret} text={secret} words={words} first="takes-focus" isCode />
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
