import { Modal, PasswordInput, Radio, Switch, TextInput } from '@mantine/core'
import { role, type IdentityProvider } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useRoleWords } from '../session/role-words.ts'
import { useSession } from '../session/session.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { draftOf, rolesAbove, settingsOf, wrongIn, type ProviderDraft } from './provider-draft.ts'
import { useIdentityProviderWords } from './words.ts'

interface ProviderFormProps {
  /** Null: a new one. */
  provider: IdentityProvider | null
  onSaved: (said: string) => void
  onClose: () => void
}

/** Sets an identity provider up, or changes it. The server asks the provider before it says that it is saved. */
export function ProviderForm({ provider, onSaved, onClose }: ProviderFormProps) {
  const words = useIdentityProviderWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [draft, setDraft] = useState(() => draftOf(provider))
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const wrong = wrongIn(draft, provider === null)
  const change = (part: Partial<ProviderDraft>) => setDraft((before) => ({ ...before, ...part }))
  const text = (field: 'name' | 'issuer' | 'clientId' | 'domains', sentence: string) => ({
    value: draft[field],
    onChange: (event: { currentTarget: { value: string } }) => change({ [field]: event.currentTarget.value }),
    error: checked && wrong[field] ? sentence : undefined,
    autoComplete: 'off',
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (Object.values(wrong).includes(true)) return
    const { clientSecret } = draft
    const settings = { ...settingsOf(draft), ...(clientSecret === '' ? {} : { clientSecret }) }
    void run(async () => {
      const saved = await withConfirmation(() =>
        provider === null
          ? api.createIdentityProvider({ ...settings, clientSecret })
          : api.changeIdentityProvider(provider.id, settings),
      )
      onSaved(words.saved(saved.name))
    })
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={provider === null ? words.add : words.changeOf(provider.name)}
      closeButtonProps={{ 'aria-label': shared.close }}
      closeOnClickOutside={false}
      size={640}
    >
      <form className="dialog-body" noValidate onSubmit={submit}>
        <TextInput label={words.name} description={words.nameHint} data-autofocus {...text('name', words.nameWrong)} />
        <TextInput label={words.issuer} description={words.issuerHint} inputMode="url" spellCheck={false} {...text('issuer', words.issuerWrong)} />
        <TextInput label={words.clientId} spellCheck={false} {...text('clientId', words.clientIdWrong)} />
        <PasswordInput
          label={words.clientSecret}
          description={provider === null ? words.clientSecretHint : words.clientSecretKept}
          autoComplete="off"
          visibilityToggleButtonProps={{ hidden: true }}
          value={draft.clientSecret}
          onChange={(event) => change({ clientSecret: event.currentTarget.value })}
          error={checked && wrong.clientSecret ? words.clientSecretWrong : undefined}
        />
        <TextInput label={words.domains} description={words.domainsHint} spellCheck={false} {...text('domains', words.domainsWrong)} />
        <Radio.Group
          label={words.newAccounts}
          value={draft.newAccounts}
          onChange={(value) => change({ newAccounts: value === 'make' ? 'make' : 'wait' })}
        >
          <div className="people-roles">
            <Radio value="wait" label={words.wait} description={words.waitHint} />
            <Radio value="make" label={words.make} description={words.makeHint} />
          </div>
        </Radio.Group>
        <Switch
          withThumbIndicator={false}
          label={words.trusts}
          description={words.trustsHint}
          checked={draft.trustsSecondFactor}
          onChange={(event) => change({ trustsSecondFactor: event.currentTarget.checked })}
        />
        <ClaimFields draft={draft} onChange={change} />
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={words.save} busy={busy} onCancel={onClose} />
      </form>
    </Modal>
  )
}

/** Which roles the provider gives, by which values of which claim. */
function ClaimFields({ draft, onChange }: { draft: ProviderDraft; onChange: (part: Partial<ProviderDraft>) => void }) {
  const words = useIdentityProviderWords()
  const roleWords = useRoleWords()
  const hasClaim = draft.claim.trim() !== ''
  const given = role.options.filter((one) => draft.evenAbove || !rolesAbove.includes(one))
  return (
    <fieldset className="provider-claims">
      <legend>{words.roles}</legend>
      <p className="quiet">{words.rolesHint}</p>
      <TextInput
        label={words.claim}
        description={words.claimHint}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={draft.claim}
        onChange={(event) => onChange({ claim: event.currentTarget.value })}
      />
      {hasClaim &&
        given.map((one) => (
          <TextInput
            key={one}
            label={words.valuesFor(roleWords[one].name)}
            placeholder={words.valuesHint}
            autoComplete="off"
            spellCheck={false}
            value={draft.values[one]}
            onChange={(event) => onChange({ values: { ...draft.values, [one]: event.currentTarget.value } })}
          />
        ))}
      {hasClaim && (
        <Switch
          withThumbIndicator={false}
          label={words.above}
          description={words.aboveHint}
          checked={draft.evenAbove}
          onChange={(event) => onChange({ evenAbove: event.currentTarget.checked })}
        />
      )}
    </fieldset>
  )
}
