import { Button, NativeSelect, Radio, Switch } from '@mantine/core'
import type { Role, SecuritySettings, SecurityState } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { draftOf, readDraft, type Draft } from './draft.ts'
import { NetworkFields } from './network-fields.tsx'
import { useSecurityWords } from './words.ts'

interface SecurityFormProps {
  state: SecurityState
  /** @param seen what they began with @throws RequestFailed */
  onSave: (seen: SecuritySettings, wanted: SecuritySettings) => Promise<void>
}

const idleChoices = [2, 5, 10, 15, 20, 30, 45, 60]
const ageChoices = [30, 60, 90, 180, 365, 730]

/** The settings as a form, saved as a whole: what belongs together changes together. */
export function SecurityForm({ state, onSave }: SecurityFormProps) {
  const words = useSecurityWords()
  const say = useAnnouncer()
  const { busy, failure, run } = useRequest()
  const { ownAddress, ...settings } = state
  /** Null: nobody has changed anything, and what is read anew shows. */
  const [edited, setEdited] = useState<{ seen: SecuritySettings; draft: Draft } | null>(null)
  const [wrong, setWrong] = useState<readonly (Role | 'all')[]>([])
  const draft = edited?.draft ?? draftOf(settings)
  const edit = (change: Partial<Draft>) => setEdited({ seen: edited?.seen ?? settings, draft: { ...draft, ...change } })

  const discard = () => {
    setEdited(null)
    setWrong([])
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (edited === null || busy) return
    const wanted = readDraft(edited.draft)
    setWrong('wrong' in wanted ? wanted.wrong : [])
    if ('wrong' in wanted) return
    void run(async () => {
      await onSave(edited.seen, wanted)
      discard()
      say(words.saved)
    })
  }

  const withPresent = (choices: readonly number[], present: number | null) =>
    [...new Set([...choices, ...(present === null ? [] : [present])])].toSorted((a, b) => a - b)
  const relaxes = settings.secondFactor === 'required' && draft.secondFactor === 'optional'
  return (
    <form className="security-form" noValidate aria-busy={busy} onSubmit={submit}>
      <Radio.Group
        label={words.secondFactor}
        value={draft.secondFactor}
        onChange={(chosen) => edit({ secondFactor: chosen === 'optional' ? 'optional' : 'required' })}
      >
        <div className="settings-choices">
          {(['required', 'optional'] as const).map((one) => (
            <Radio key={one} value={one} label={words.secondFactors[one].name} description={words.secondFactors[one].explained} />
          ))}
        </div>
      </Radio.Group>
      {relaxes && <Notice tone="warning">{words.relaxing}</Notice>}
      <div className="security-pair">
        <NativeSelect
          label={words.idle}
          description={words.idleHint}
          value={String(draft.idleMinutes)}
          onChange={(event) => edit({ idleMinutes: Number(event.currentTarget.value) })}
          data={withPresent(idleChoices, draft.idleMinutes).map((minutes) => ({ value: String(minutes), label: words.minutes(minutes) }))}
        />
        <NativeSelect
          label={words.age}
          description={words.ageHint}
          value={String(draft.passwordMaxAgeDays ?? '')}
          onChange={({ currentTarget: { value } }) => edit({ passwordMaxAgeDays: value === '' ? null : Number(value) })}
          data={[
            { value: '', label: words.forEver },
            ...withPresent(ageChoices, draft.passwordMaxAgeDays).map((days) => ({ value: String(days), label: words.days(days) })),
          ]}
        />
      </div>
      <Switch
        withThumbIndicator={false}
        label={words.bind}
        description={words.bindHint}
        checked={draft.bindSessions}
        onChange={(event) => edit({ bindSessions: event.currentTarget.checked })}
      />
      <NetworkFields draft={draft} ownAddress={ownAddress} wrong={wrong} onEdit={edit} />
      {failure !== null && <FailureNotice failure={failure} />}
      {edited !== null && (
        <div className="security-actions">
          <Button type="submit" loading={busy}>
            {words.save}
          </Button>
          <Button variant="default" disabled={busy} onClick={discard}>
            {words.discard}
          </Button>
        </div>
      )}
    </form>
  )
}
