import { Button, TextInput } from '@mantine/core'
import type { Link } from '@curtain/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { Icon } from '../shell/icons.tsx'
import { copyText } from './copy-text.ts'
import { useVisitWords } from './words.ts'

interface LinkToCopyProps {
  link: Pick<Link, 'url' | 'expiresAt'>
  /** Whom it is for. */
  name: string
  /** Copies at once, when the person has just asked for that. Otherwise the button to copy takes the focus. */
  copyNow?: boolean
  /** Until when it works, in words; as for a link to a visit, if nothing else is said. */
  expires?: (when: string) => string
}

/** A link in the one moment in which it is known, to be copied and sent. */
export function LinkToCopy({ link, name, copyNow = false, expires }: LinkToCopyProps) {
  const words = useVisitWords()
  const { format } = useTranslation()
  const field = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null)
  const expiresAt = new Date(link.expiresAt)

  const copy = useCallback(async () => {
    setOutcome((await copyText(link.url, field.current)) ? 'copied' : 'failed')
  }, [link.url])

  useEffect(() => {
    if (copyNow) void copy()
    else button.current?.focus()
  }, [copyNow, copy])

  return (
    <div className="link-to-copy">
      <div className="link-row">
        <TextInput
          ref={field}
          className="link-field"
          label={words.linkLabel(name)}
          value={link.url}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          ref={button}
          leftSection={<Icon name={outcome === 'copied' ? 'check' : 'copy'} />}
          onClick={() => void copy()}
        >
          {words.copyLink}
        </Button>
      </div>
      <output className="field-note">
        {outcome === 'copied' && words.copied}
        {outcome === 'failed' && words.copyFailed}
      </output>
      <p className="quiet">
        {words.shownOnce} {(expires ?? words.expires)(`${format.day(expiresAt)}, ${format.time(expiresAt)}`)}
      </p>
    </div>
  )
}
