import { Button, TextInput } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { copyText } from './copy-text.ts'
import { Icon } from './icons.tsx'

interface TextToCopyProps {
  /** What the text is. */
  label: string
  text: string
  words: Record<'copy' | 'copied' | 'copyFailed', string>
  /** What is done at once: the text is copied, or the button to copy it takes the focus. */
  first?: 'copies' | 'takes-focus'
  /** Letter by letter, as a secret is read. */
  isCode?: boolean
  /** Beside something that matters more. */
  isQuiet?: boolean
}

/** A text in a field, and a button that copies it and says whether it did. */
export function TextToCopy({ label, text, words, first, isCode = false, isQuiet = false }: TextToCopyProps) {
  const field = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed' | null>(null)

  const copy = useCallback(async () => {
    setOutcome((await copyText(text, field.current)) ? 'copied' : 'copyFailed')
  }, [text])

  useEffect(() => {
    if (first === 'copies') void copy()
    if (first === 'takes-focus') button.current?.focus()
  }, [first, copy])

  return (
    <>
      <div className="copy-row">
        <TextInput
          ref={field}
          className={isCode ? 'copy-field code-field' : 'copy-field'}
          label={label}
          value={text}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          ref={button}
          variant={isQuiet ? 'default' : 'filled'}
          // A dialog that opens with it gives the focus itself.
          data-autofocus={first === 'takes-focus' ? true : undefined}
          leftSection={<Icon name={outcome === 'copied' ? 'check' : 'copy'} />}
          onClick={() => void copy()}
        >
          {words.copy}
        </Button>
      </div>
      <output className="field-note">{outcome !== null && words[outcome]}</output>
    </>
  )
}
