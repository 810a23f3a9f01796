import { Button, Switch, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { copyText } from '../visit/copy-text.ts'
import { useSignUpWords } from './words.ts'

interface TakesSignUpsProps {
  open: boolean
  joinUrl: string
  onChanged: (open: boolean) => void
}

/** Whether people may ask for an account themselves, and the address at which they do. */
export function TakesSignUps({ open, joinUrl, onChanged }: TakesSignUpsProps) {
  const words = useSignUpWords()
  const say = useAnnouncer()
  const { api } = useSession()
  const { busy, failure, run } = useRequest()
  const change = (wanted: boolean) => {
    // Kept from a second change rather than switched off for the moment, which would take the focus away.
    if (busy) return
    void run(async () => {
      const { open: now } = await api.openSignUps(wanted)
      onChanged(now)
      say(now ? words.nowTakes : words.nowTakesNot)
    })
  }
  return (
    <div className="settings-switches sign-ups-open">
      <Switch
        withThumbIndicator={false}
        label={words.takes}
        description={open ? words.takesHint : words.takesNot}
        checked={open}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      {failure !== null && <FailureNotice failure={failure} />}
      {open && <JoinAddress joinUrl={joinUrl} />}
    </div>
  )
}

function JoinAddress({ joinUrl }: { joinUrl: string }) {
  const words = useSignUpWords()
  const field = useRef<HTMLInputElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null)
  const copy = async () => setOutcome((await copyText(joinUrl, field.current)) ? 'copied' : 'failed')
  return (
    <div>
      <div className="link-row">
        <TextInput
          ref={field}
          className="link-field"
          label={words.joinAddress}
          value={joinUrl}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          variant="default"
          leftSection={<Icon name={outcome === 'copied' ? 'check' : 'copy'} />}
          onClick={() => void copy()}
        >
          {words.copy}
        </Button>
      </div>
      <output className="field-note">
        {outcome === 'copied' && words.copied}
        {outcome === 'failed' && words.copyFailed}
      </output>
    </div>
  )
}
