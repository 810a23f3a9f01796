import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { optionalReviewKind, type ReviewRules } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { draftOf, readDraft, type RulesDraft } from './rules-draft.ts'
import { useAuditReviewWords } from './words.ts'

interface RulesFormProps {
  rules: ReviewRules
  /** @throws RequestFailed */
  onSave: (wanted: ReviewRules) => Promise<void>
}

/** What the browser knows, and what is set though it does not. */
function timeZones(present: string): string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), present])].toSorted()
}

/** The rules as a form, saved as a whole. */
export function RulesForm({ rules, onSave }: RulesFormProps) {
  const words = useAuditReviewWords()
  const say = useAnnouncer()
  const { busy, failure, run } = useRequest()
  /** Null: nobody has changed anything, and what is read anew shows. */
  const [edited, setEdited] = useState<RulesDraft | null>(null)
  const [wrong, setWrong] = useState<ReadonlySet<keyof RulesDraft>>(new Set())
  const draft = edited ?? draftOf(rules)
  const edit = (change: Partial<RulesDraft>) => setEdited({ ...draft, ...change })
  const discard = () => {
    setEdited(null)
    setWrong(new Set())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wanted = readDraft(draft)
    setWrong('wrong' in wanted ? wanted.wrong : new Set())
    if ('wrong' in wanted || busy) return
    void run(async () => {
      await onSave(wanted)
      discard()
      say(words.rulesSaved)
    })
  }
  const field = (name: Exclude<keyof RulesDraft, 'kinds' | 'timeZone'>, label: string, error: string) => ({
    label,
    value: draft[name],
    error: wrong.has(name) ? error : undefined,
    onChange: (event: { currentTarget: { value: string } }) => edit({ [name]: event.currentTarget.value }),
  })
  const number = { inputMode: 'numeric', autoComplete: 'off', maxLength: 5 } as const
  return (
    <form className="log-review-rules" noValidate aria-busy={busy} onSubmit={submit}>
      <Checkbox.Group
        label={words.lookedFor}
        description={words.lookedForHint}
        value={draft.kinds}
        onChange={(chosen) => edit({ kinds: optionalReviewKind.options.filter((kind) => chosen.includes(kind)) })}
      >
        <div className="settings-choices">
          {optionalReviewKind.options.map((kind) => (
            <Checkbox key={kind} value={kind} label={words.kinds[kind]} description={words.explained[kind]} />
          ))}
        </div>
      </Checkbox.Group>
      <fieldset>
        <legend>{words.kinds.night}</legend>
        <div className="log-review-fields">
          <TextInput type="time" {...field('nightFrom', words.from, words.hourWrong)} />
          <TextInput type="time" {...field('nightUntil', words.until, words.hourWrong)} />
          <NativeSelect
            label={words.timeZone}
            value={draft.timeZone}
            onChange={(event) => edit({ timeZone: event.currentTarget.value })}
            data={timeZones(draft.timeZone).map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
          />
        </div>
      </fieldset>
      <fieldset>
        <legend>{words.kinds.denials}</legend>
        <div className="log-review-fields">
          <TextInput {...number} {...field('denialCount', words.refusals, words.countWrong)} />
          <TextInput {...number} {...field('denialMinutes', words.withinMinutes, words.minutesWrong)} />
        </div>
      </fieldset>
      <fieldset>
        <legend>{words.kinds['mass-reading']}</legend>
        <div className="log-review-fields">
          <TextInput {...number} {...field('readingPatients', words.patients, words.countWrong)} />
          <TextInput {...number} {...field('readingMinutes', words.withinMinutes, words.minutesWrong)} />
        </div>
      </fieldset>
      <fieldset>
        <legend>{words.kinds['mass-listing']}</legend>
        <div className="log-review-fields">
          <TextInput {...number} {...field('listingPatients', words.patientsListed, words.patientsListedWrong)} />
          <TextInput {...number} {...field('listingMinutes', words.withinMinutes, words.minutesWrong)} />
        </div>
      </fieldset>
      {failure !== null && <FailureNotice failure={failure} />}
      {edited !== null && (
        <div className="log-reviews-actions">
          <Button type="submit" loading={busy}>
            {words.saveRules}
          </Button>
          <Button variant="default" disabled={busy} onClick={discard}>
            {words.discard}
          </Button>
        </div>
      )}
    </form>
  )
}
