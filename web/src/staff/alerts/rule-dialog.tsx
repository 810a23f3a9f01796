import { Checkbox, Modal, TextInput } from '@mantine/core'
import type { AlertRule, UserAccount } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { AboutFields } from './about-fields.tsx'
import { HowOftenFields } from './how-often-fields.tsx'
import { draftOf, newRule, readDraft, type RuleDraft, type WrongFields } from './rule-draft.ts'
import { SecretShown } from './secret-shown.tsx'
import { WhomFields } from './whom-fields.tsx'
import { useAlertWords } from './words.ts'

interface RuleDialogProps {
  /** Null to make one. */
  rule: AlertRule | null
  people: readonly UserAccount[]
  onSaved: () => void
  onDone: (said: string) => void
  onClose: () => void
}

/** A part of the form. */
export interface DraftFields {
  draft: RuleDraft
  wrong: WrongFields
  edit: (change: Partial<RuleDraft>) => void
}

/** Makes or changes a rule; where it has a webhook from now on, shows the secret that signs, once. */
export function RuleDialog({ rule, people, onSaved, onDone, onClose }: RuleDialogProps) {
  const words = useAlertWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  const [draft, setDraft] = useState(() => (rule === null ? newRule : draftOf(rule)))
  const [checked, setChecked] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const read = readDraft(draft)
  const wrong: WrongFields = checked && 'wrong' in read ? read.wrong : new Set()
  // What the server knows better: which addresses it may send to.
  const isRefused = failure?.fields.includes('webhookUrl') === true
  const fields: DraftFields = {
    draft,
    wrong: isRefused ? new Set([...wrong, 'webhookUrl']) : wrong,
    edit: (change) => setDraft({ ...draft, ...change }),
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if ('wrong' in read) return
    void run(async () => {
      const kept = await withConfirmation(() => (rule === null ? api.createAlertRule(read) : api.changeAlertRule(rule.id, read)))
      onSaved()
      if (kept.webhookSecret === null) onDone(words.saved(kept.rule.name))
      else setSecret(kept.webhookSecret)
    })
  }

  const isShowingSecret = secret !== null
  const title = isShowingSecret ? words.secretTitle : rule === null ? words.createTitle : words.changeTitle(rule.name)
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': shared.close }}
      // Neither what was typed nor what is shown once must vanish by a slip of the hand.
      closeOnClickOutside={false}
      closeOnEscape={!isShowingSecret}
      withCloseButton={!isShowingSecret}
      size="lg"
    >
      {isShowingSecret ? (
        <SecretShown secret={secret} oldUntil={null} onKept={onClose} />
      ) : (
        <form className="dialog-body" noValidate aria-busy={busy} onSubmit={submit}>
          <TextInput
            label={words.name}
            description={words.nameHint}
            autoComplete="off"
            maxLength={80}
            data-autofocus
            value={draft.name}
            onChange={(event) => fields.edit({ name: event.currentTarget.value })}
            error={fields.wrong.has('name') ? words.nameWrong : undefined}
          />
          <AboutFields {...fields} people={people} />
          <HowOftenFields {...fields} />
          <WhomFields {...fields} />
          <Checkbox label={words.isOn} checked={draft.isOn} onChange={(event) => fields.edit({ isOn: event.currentTarget.checked })} />
          {failure !== null && !isRefused && <FailureNotice failure={failure} />}
          <FormActions act={words.save} busy={busy} onCancel={onClose} />
        </form>
      )}
    </Modal>
  )
}
