import { Switch } from '@mantine/core'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { TextToCopy } from '../shell/text-to-copy.tsx'
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
      {open && (
        <div>
          <TextToCopy label={words.joinAddress} text={joinUrl} words={words} isQuiet />
        </div>
      )}
    </div>
  )
}
