import { Checkbox, Textarea, TextInput } from '@mantine/core'
import type { DraftFields } from './rule-dialog.tsx'
import { useAlertWords } from './words.ts'

/** Who is told, and by what. */
export function WhomFields({ draft, wrong, edit }: DraftFields) {
  const words = useAlertWords()
  return (
    <fieldset className="alert-fields">
      <legend>{words.whom}</legend>
      <Checkbox
        label={words.mailOfficers}
        checked={draft.mailOfficers}
        onChange={(event) => edit({ mailOfficers: event.currentTarget.checked })}
        error={wrong.has('mailOfficers') ? words.whomWrong : undefined}
      />
      <Textarea
        label={words.mailAddresses}
        description={words.mailAddressesHint}
        autoComplete="off"
        spellCheck={false}
        rows={2}
        maxLength={1500}
        value={draft.mailAddresses}
        onChange={(event) => edit({ mailAddresses: event.currentTarget.value })}
        error={wrong.has('mailAddresses') ? words.mailAddressesWrong : undefined}
      />
      <TextInput
        label={words.webhookUrl}
        description={words.webhookHint}
        type="url"
        autoComplete="off"
        spellCheck={false}
        maxLength={2000}
        value={draft.webhookUrl}
        onChange={(event) => edit({ webhookUrl: event.currentTarget.value })}
        error={wrong.has('webhookUrl') ? words.webhookWrong : undefined}
      />
    </fieldset>
  )
}
