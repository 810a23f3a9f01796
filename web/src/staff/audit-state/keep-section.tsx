import { Button } from '@mantine/core'
import type { AuditState } from '@curtain/protocol'
import { useRef, useState } from 'react'
import { download } from '../api/download.ts'
import { Icon } from '../shell/icons.tsx'
import { useLogStateWords } from './words.ts'

interface KeepSectionProps {
  checkpoint: NonNullable<AuditState['checkpoint']>
  logKey: string | null
}

/** The last checkpoint, for somebody to keep where they like. */
export function KeepSection({ checkpoint: { size, note }, logKey }: KeepSectionProps) {
  const words = useLogStateWords()
  const lines = useRef<HTMLPreElement>(null)
  const [copied, setCopied] = useState<boolean | null>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(note)
      setCopied(true)
    } catch {
      if (lines.current !== null) getSelection()?.selectAllChildren(lines.current)
      setCopied(false)
    }
  }
  return (
    <section className="settings-section" aria-labelledby="keep">
      <h2 id="keep">{words.keep}</h2>
      <p className="quiet">{words.keepHint}</p>
      <h3 id="note">{words.note}</h3>
      <pre ref={lines} className="log-state-note" aria-labelledby="note">
        {note}
      </pre>
      <div className="log-state-ways">
        <Button variant="default" leftSection={<Icon name="copy" />} onClick={() => void copy()}>
          {words.copy}
        </Button>
        <Button
          variant="default"
          leftSection={<Icon name="download" />}
          onClick={() => download(words.fileName(size), new Blob([note], { type: 'text/plain' }))}
        >
          {words.save}
        </Button>
        <output className={copied === false ? 'field-note' : 'field-note field-note-good'}>
          {copied === true && words.copied}
          {copied === false && words.copyFailed}
        </output>
      </div>
      {logKey !== null && (
        <>
          <h3 id="key">{words.key}</h3>
          <pre className="log-state-note" aria-labelledby="key">
            {logKey}
          </pre>
        </>
      )}
    </section>
  )
}
