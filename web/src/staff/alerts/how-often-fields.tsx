import { NativeSelect, TextInput } from '@mantine/core'
import type { DraftFields } from './rule-dialog.tsx'
import { useAlertWords } from './words.ts'

const number = { inputMode: 'numeric', autoComplete: 'off', maxLength: 4 } as const

/** How many of them, within what time, by whom. */
export function HowOftenFields({ draft, wrong, edit }: DraftFields) {
  const words = useAlertWords()
  const isOne = draft.count.trim() === '1'
  return (
    <fieldset className="alert-fields">
      <legend>{words.howOften}</legend>
      <div className="alert-row">
        <TextInput
          {...number}
          label={words.count}
          value={draft.count}
          onChange={(event) => edit({ count: event.currentTarget.value })}
          error={wrong.has('count') ? words.countWrong : undefined}
        />
        {!isOne && (
          <>
            <TextInput
              {...number}
              label={words.within}
              value={draft.withinMinutes}
              onChange={(event) => edit({ withinMinutes: event.currentTarget.value })}
              error={wrong.has('withinMinutes') ? words.withinWrong : undefined}
            />
            <NativeSelect
              label={words.countBy}
              value={draft.countBy}
              onChange={({ currentTarget: { value } }) => edit({ countBy: value === 'person' ? 'person' : 'everybody' })}
              data={(['everybody', 'person'] as const).map((one) => ({ value: one, label: words.countedBy[one] }))}
            />
          </>
        )}
      </div>
      <p className="quiet">{words.storm}</p>
    </fieldset>
  )
}
