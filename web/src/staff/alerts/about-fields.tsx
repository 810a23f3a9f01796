import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { alertTopic, userId, type AuditEventType, type UserAccount } from '@curtain/protocol'
import { eventGroups, readKinds, typesOf } from '../audit/kinds.ts'
import { useSentences } from '../audit/sentences/sentences.ts'
import { useLogWords } from '../audit/words.ts'
import type { DraftFields } from './rule-dialog.tsx'
import { useAlertWords } from './words.ts'

/** What alerts put on record themselves: the server takes no rule about that. */
const ofAlerts: readonly AuditEventType[] = ['alert.sent', 'alert.failed']

/** What a rule is about: topics, single kinds of events, and what of them. */
export function AboutFields({ draft, wrong, edit, people }: DraftFields & { people: readonly UserAccount[] }) {
  const words = useAlertWords()
  const isNarrow = draft.userId !== '' || draft.target !== '' || draft.outcome !== 'any'
  return (
    <>
      <Checkbox.Group
        label={words.about}
        value={[...draft.topics]}
        onChange={(chosen) => edit({ topics: alertTopic.options.filter((one) => chosen.includes(one)) })}
        error={wrong.has('topics') ? words.aboutWrong : undefined}
      >
        <div className="alert-choices">
          {alertTopic.options.map((one) => (
            <Checkbox key={one} value={one} label={words.topics[one].name} description={words.topics[one].explained} />
          ))}
        </div>
      </Checkbox.Group>
      <details className="alert-more" open={draft.types.length > 0 || undefined}>
        <summary>{words.single}</summary>
        <SingleKinds types={draft.types} onTypes={(types) => edit({ types })} />
      </details>
      <details className="alert-more" open={isNarrow || wrong.has('target') || undefined}>
        <summary>{words.narrow}</summary>
        <div className="alert-row">
          <NativeSelect
            label={words.who}
            value={draft.userId}
            onChange={(event) => edit({ userId: userId.safeParse(event.currentTarget.value).data ?? '' })}
            data={[
              { value: '', label: words.anybody },
              ...(draft.userId !== '' && !people.some(({ id }) => id === draft.userId) ? [{ value: draft.userId, label: draft.userId }] : []),
              ...people.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <NativeSelect
            label={words.outcome}
            value={draft.outcome}
            onChange={({ currentTarget: { value } }) => edit({ outcome: value === 'success' || value === 'denied' ? value : 'any' })}
            data={(['any', 'success', 'denied'] as const).map((one) => ({ value: one, label: words.outcomes[one] }))}
          />
        </div>
        <TextInput
          label={words.target}
          description={words.targetHint}
          autoComplete="off"
          spellCheck={false}
          maxLength={60}
          value={draft.target}
          onChange={(event) => edit({ target: event.currentTarget.value })}
          error={wrong.has('target') ? words.targetWrong : undefined}
        />
      </details>
    </>
  )
}

interface SingleKindsProps {
  types: readonly AuditEventType[]
  onTypes: (types: readonly AuditEventType[]) => void
}

function SingleKinds({ types, onTypes }: SingleKindsProps) {
  const words = useAlertWords()
  const logWords = useLogWords()
  const { title } = useSentences()
  return (
    <>
      <NativeSelect
        label={words.addKind}
        value=""
        onChange={(event) => onTypes([...new Set([...types, ...(readKinds(event.currentTarget.value) ?? [])])])}
      >
        <option value="">{words.chooseKind}</option>
        {eventGroups.map((group) => (
          <optgroup key={group} label={logWords.groups[group]}>
            {typesOf(group).filter((type) => !types.includes(type) && !ofAlerts.includes(type)).map((type) => (
              <option key={type} value={type}>
                {title(type)}
              </option>
            ))}
          </optgroup>
        ))}
      </NativeSelect>
      {types.length > 0 && (
        <ul className="alert-kinds">
          {types.map((type) => (
            <li key={type}>
              <Button
                size="xs"
                variant="default"
                aria-label={words.takeOut(title(type))}
                rightSection={<span aria-hidden="true">×</span>}
                onClick={() => onTypes(types.filter((one) => one !== type))}
              >
                {title(type)}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
