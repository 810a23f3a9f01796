import { Button, Checkbox } from '@mantine/core'
import { useRef, useState } from 'react'
import { download } from '../api/download.ts'
import { Icon } from '../shell/icons.tsx'
import { useAccountWords } from './words.ts'

interface RecoveryCodesProps {
  codes: readonly string[]
  onKept: () => void
}

/** Recovery codes in the one moment in which they are known, and the ways to keep them. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const words = useAccountWords()
  const list = useRef<HTMLOListElement>(null)
  const [copied, setCopied] = useState<boolean | null>(null)
  const [kept, setKept] = useState(false)
  const [checked, setChecked] = useState(false)
  const text = `${codes.join('\n')}\n`

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      if (list.current !== null) getSelection()?.selectAllChildren(list.current)
      setCopied(false)
    }
  }
  const save = () => download(words.fileName, new Blob([`${words.fileHead}\n\n${text}`], { type: 'text/plain' }))
  const goOn = () => {
    setChecked(true)
    if (kept) onKept()
  }
  return (
    <div className="fields">
      <p className="recovery-note">{words.codesShown}</p>
      <ol className="recovery-codes" ref={list} aria-label={words.codesList}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="recovery-ways">
        <Button variant="default" leftSection={<Icon name="copy" />} onClick={() => void copy()}>
          {words.copyCodes}
        </Button>
        <Button variant="default" leftSection={<Icon name="download" />} onClick={save}>
          {words.download}
        </Button>
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>
          {words.print}
        </Button>
      </div>
      <output className={copied === false ? 'field-note' : 'field-note field-note-good'}>
        {copied === true && words.codesCopied}
        {copied === false && words.copyFailed}
      </output>
      <Checkbox
        label={words.kept}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
        error={checked && !kept ? words.keptFirst : undefined}
      />
      <Button fullWidth onClick={goOn}>
        {words.done}
      </Button>
    </div>
  )
}
