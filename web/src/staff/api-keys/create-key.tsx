import { Checkbox, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { apiKeyInput, apiKeyScope, type ApiKeyCreated, type ApiKeyScope } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { KeyMade } from './key-made.tsx'
import { readAddresses } from './read-addresses.ts'
import { useApiKeyWords } from './words.ts'

const lifetimes = [7, 30, 90, 180, 365] as const

interface CreateKeyProps {
  onMade: () => void
  onClose: () => void
}

/** Makes a key, and then shows its secret, once. */
export function CreateKey({ onMade, onClose }: CreateKeyProps) {
  const words = useApiKeyWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ApiKeyScope[]>([])
  const [typed, setTyped] = useState('')
  const [validDays, setValidDays] = useState<number>(90)
  const [checked, setChecked] = useState(false)
  const [made, setMade] = useState<ApiKeyCreated | null>(null)
  const nameIsRight = apiKeyInput.shape.name.safeParse(name).success
  const addresses = readAddresses(typed)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!nameIsRight || scopes.length === 0 || addresses === null) return
    void run(async () => {
      setMade(await withConfirmation(() => api.createApiKey({ name, scopes, addresses, validDays })))
      onMade()
    })
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={made === null ? words.create : words.madeTitle}
      closeButtonProps={{ 'aria-label': shared.close }}
      // What is shown once must not vanish by a slip of the hand.
      closeOnClickOutside={false}
      closeOnEscape={made === null}
      withCloseButton={made === null}
      size="lg"
    >
      {made === null ? (
        <form className="dialog-body" noValidate onSubmit={submit}>
          <TextInput
            label={words.name}
            description={words.nameHint}
            autoComplete="off"
            maxLength={60}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={checked && !nameIsRight ? words.nameWrong : undefined}
          />
          <Checkbox.Group
            label={words.may}
            value={scopes}
            onChange={(chosen) => setScopes(apiKeyScope.options.filter((one) => chosen.includes(one)))}
            error={checked && scopes.length === 0 ? words.mayWrong : undefined}
          >
            <div className="api-key-scopes">
              {apiKeyScope.options.map((one) => (
                <Checkbox key={one} value={one} label={words.scopes[one].name} description={words.scopes[one].explained} />
              ))}
            </div>
          </Checkbox.Group>
          <Textarea
            label={words.addresses}
            description={words.addressesHint}
            autoComplete="off"
            spellCheck={false}
            rows={2}
            maxLength={5000}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={checked && addresses === null ? words.addressesWrong : undefined}
          />
          <NativeSelect
            label={words.valid}
            description={words.validHint}
            value={validDays}
            onChange={(event) => setValidDays(Number(event.currentTarget.value))}
            data={lifetimes.map((days) => ({ value: String(days), label: words.days[days] }))}
          />
          {failure !== null && <FailureNotice failure={failure} />}
          <FormActions act={words.make} busy={busy} onCancel={onClose} />
        </form>
      ) : (
        <KeyMade made={made} onKept={onClose} />
      )}
    </Modal>
  )
}
