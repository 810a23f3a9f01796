import { Button, NativeSelect, TextInput } from '@mantine/core'
import type { AuditFilter } from '@curtain/protocol'
import { useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { Icon } from '../shell/icons.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { addDays, dayOf, parseDay, startOf } from '../time/calendar-day.ts'
import { eventGroups, readKinds, typesOf, writeKinds } from './kinds.ts'
import { logPath, present } from './log-address.ts'
import { useSentences } from './sentences/sentences.ts'
import { shortId } from './short-id.ts'
import { useLogWords } from './words.ts'

interface NarrowProps {
  filter: AuditFilter
  onFilter: (filter: AuditFilter) => void
}

/** A shorter time, one kind of events, one outcome. Applied by hand: each search is on record. */
export function Narrow({ filter, onFilter }: NarrowProps) {
  const words = useLogWords()
  const { title } = useSentences()
  const before = {
    from: filter.since === undefined ? '' : dayOf(new Date(filter.since)),
    until: filter.until === undefined ? '' : dayOf(new Date(Date.parse(filter.until) - 1)),
    kind: filter.types === undefined ? '' : writeKinds(filter.types),
    outcome: filter.outcome ?? '',
  }
  const [draft, setDraft] = useState(before)
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  })
  const [from, until, types] = [parseDay(draft.from), parseDay(draft.until), readKinds(draft.kind)]
  const apply = () =>
    onFilter(
      present({
        ...filter,
        // What stands there more exactly than by days stays so until it is changed.
        since: draft.from === before.from ? filter.since : from === null ? undefined : startOf(from).toISOString(),
        until: draft.until === before.until ? filter.until : until === null ? undefined : startOf(addDays(until, 1)).toISOString(),
        types: types === null ? undefined : [...types],
        outcome: draft.outcome === 'success' || draft.outcome === 'denied' ? draft.outcome : undefined,
      }),
    )
  const isOneOfMany = draft.kind.includes(',')
  return (
    <details className="log-narrow" open={Object.values(before).some((value) => value !== '') || undefined}>
      <summary>{words.narrow}</summary>
      <form
        className="log-narrow-fields"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <TextInput {...field('from')} type="date" label={words.from} />
        <TextInput {...field('until')} type="date" label={words.until} />
        <NativeSelect {...field('kind')} label={words.kind}>
          <option value="">{words.anyKind}</option>
          {isOneOfMany && <option value={draft.kind}>{words.severalKinds(types?.length ?? 0)}</option>}
          {eventGroups.map((group) => (
            <optgroup key={group} label={words.groups[group]}>
              <option value={group}>{words.allOf(words.groups[group])}</option>
              {typesOf(group).map((type) => (
                <option key={type} value={type}>
                  {title(type)}
                </option>
              ))}
            </optgroup>
          ))}
        </NativeSelect>
        <NativeSelect
          {...field('outcome')}
          label={words.outcome}
          data={[
            { value: '', label: words.outcomes.any },
            { value: 'success', label: words.outcomes.success },
            { value: 'denied', label: words.outcomes.denied },
          ]}
        />
        <Button type="submit" variant="default">
          {words.show}
        </Button>
      </form>
    </details>
  )
}

/** What is looked for, each with the way to leave it out. */
export function LookedFor({ filter, names }: { filter: AuditFilter; names: Readonly<Record<string, string>> }) {
  const words = useLogWords()
  const { title } = useSentences()
  const { format } = useTranslation()
  const { chips } = words
  const instant = (text: string) => `${format.date(new Date(text))}, ${format.time(new Date(text))}`
  const kinds = (types: NonNullable<AuditFilter['types']>) => {
    const written = writeKinds(types)
    const group = eventGroups.find((one) => one === written)
    const [only, another] = types
    if (group !== undefined) return words.groups[group]
    return only !== undefined && another === undefined ? title(only) : words.severalKinds(types.length)
  }
  const { patientId, userId, visitId, target, types, outcome, since, until } = filter
  const shown: [keyof AuditFilter, string | undefined][] = [
    ['patientId', patientId && chips.patient(shortId(patientId))],
    ['userId', userId && chips.person(names[userId] ?? shortId(userId))],
    ['visitId', visitId && chips.visit(shortId(visitId))],
    ['target', target && chips.target(shortId(target))],
    ['types', types && kinds(types)],
    ['outcome', outcome && words.outcomes[outcome]],
    ['since', since && chips.since(instant(since))],
    ['until', until && chips.until(instant(until))],
  ]
  if (shown.every(([, chip]) => chip === undefined)) return null
  return (
    <ul className="log-chips" aria-label={words.lookedFor}>
      {shown.map(([name, chip]) =>
        chip === undefined ? null : (
          <li key={name}>
            {chip}
            <PageLink to={logPath(present({ ...filter, [name]: undefined }))} aria-label={words.without(chip)}>
              <Icon name="close" size={14} />
            </PageLink>
          </li>
        ),
      )}
    </ul>
  )
}
