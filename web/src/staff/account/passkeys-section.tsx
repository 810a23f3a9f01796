import { Button, TextInput } from '@mantine/core'
import { passkeyChange, type Protection } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { canUsePasskeys } from '../session/passkey.ts'
import { useSession } from '../session/session.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { Question } from '../shell/question.tsx'
import type { SectionProps } from './account-page.tsx'
import { AddPasskey } from './add-passkey.tsx'
import { Dialog } from './dialog.tsx'
import { useDialog } from './use-dialog.ts'
import { useAccountWords } from './words.ts'

type Passkey = Protection['passkeys'][number]
type Open = { type: 'add' } | { type: 'rename' | 'remove'; passkey: Passkey }

/** The passkeys: to add, to tell apart by name, and to remove. */
export function PasskeysSection({ protection, onChanged }: SectionProps) {
  const words = useAccountWords()
  const { api } = useSession()
  const { open, show, close, done } = useDialog<Open>()
  return (
    <section className="settings-section" aria-labelledby="passkeys">
      <h2 id="passkeys">{words.passkeys}</h2>
      <p className="quiet">{words.passkeysExplained}</p>
      {protection.passkeys.length === 0 ? (
        <p>{words.noPasskeys}</p>
      ) : (
        <ul className="settings-lines account-list">
          {protection.passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.id}
              passkey={passkey}
              onRename={() => show({ type: 'rename', passkey })}
              onRemove={() => show({ type: 'remove', passkey })}
            />
          ))}
        </ul>
      )}
      {canUsePasskeys() ? (
        <div className="account-actions">
          <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => show({ type: 'add' })}>
            {words.addPasskey}
          </Button>
        </div>
      ) : (
        <p className="quiet">{words.noPasskeysHere}</p>
      )}
      {open?.type === 'add' && (
        <Dialog title={words.addPasskey} onClose={close}>
          <AddPasskey
            onDone={({ protection: changed }, name) => {
              onChanged(changed)
              done(words.passkeyAdded(name))
            }}
          />
        </Dialog>
      )}
      {open?.type === 'rename' && (
        <RenamePasskey
          passkey={open.passkey}
          onClose={close}
          onRenamed={(changed) => {
            onChanged(changed)
            done(words.renamed)
          }}
        />
      )}
      {open?.type === 'remove' && (
        <Question
          title={words.removePasskeyTitle(open.passkey.name)}
          keep={words.keep}
          act={words.remove}
          onClose={close}
          onAct={async () => {
            onChanged(await api.removePasskey(open.passkey.id))
            done(words.removed)
          }}
        >
          <p>{words.removePasskeyExplained}</p>
        </Question>
      )}
    </section>
  )
}

function PasskeyRow({ passkey, onRename, onRemove }: { passkey: Passkey; onRename: () => void; onRemove: () => void }) {
  const words = useAccountWords()
  const { format } = useTranslation()
  const { name, createdAt, lastUsedAt, synced } = passkey
  const facts = [
    words.passkeyMade(format.date(new Date(createdAt))),
    lastUsedAt === null ? words.passkeyUnused : words.passkeyUsed(format.date(new Date(lastUsedAt))),
    ...(synced ? [words.passkeySynced] : []),
  ]
  return (
    <li className="settings-line">
      <div className="settings-line-what account-what">
        <strong>{name}</strong>
        <span className="quiet">{facts.join(' · ')}</span>
      </div>
      <div className="account-actions">
        <Button size="xs" variant="default" aria-label={words.renameOf(name)} onClick={onRename}>
          {words.rename}
        </Button>
        <Button size="xs" variant="default" aria-label={words.removeOf(name)} onClick={onRemove}>
          {words.remove}
        </Button>
      </div>
    </li>
  )
}

interface RenamePasskeyProps {
  passkey: Passkey
  onClose: () => void
  onRenamed: (protection: Protection) => void
}

function RenamePasskey({ passkey, onClose, onRenamed }: RenamePasskeyProps) {
  const words = useAccountWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [name, setName] = useState(passkey.name)
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const read = passkeyChange.safeParse({ name })

  const save = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!read.success) return
    void run(async () => onRenamed(await withConfirmation(() => api.renamePasskey(passkey.id, read.data.name))))
  }
  return (
    <Dialog title={words.renameOf(passkey.name)} onClose={onClose}>
      <form className="fields" noValidate onSubmit={save}>
        {failure !== null && <FailureNotice failure={failure} />}
        <TextInput
          label={words.passkeyName}
          autoComplete="off"
          maxLength={60}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={checked && !read.success ? words.passkeyNameWrong : undefined}
        />
        <FormActions act={words.save} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
