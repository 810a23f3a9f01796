import { Button, Modal, TextInput } from '@mantine/core'
import { email as emailSchema, personName, type OneTimeLink, type Role, type SignedIn } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { rolesToGive } from '../session/access.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { LinkToCopy } from '../visit/link-to-copy.tsx'
import { RoleChoice } from './role-choice.tsx'
import { usePeopleWords } from './words.ts'

interface AddPersonProps {
  who: SignedIn
  onMade: () => void
  onClose: () => void
}

/** Makes an account, and then hands over the link with which its user signs in for the first time. */
export function AddPerson({ who, onMade, onClose }: AddPersonProps) {
  const words = usePeopleWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [roles, setRoles] = useState<Role[]>([])
  const [checked, setChecked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const [made, setMade] = useState<{ name: string; link: OneTimeLink } | null>(null)
  const nameIsRight = personName.safeParse(name).success
  const emailIsRight = emailSchema.safeParse(email).success

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFailure(null)
    if (!nameIsRight || !emailIsRight || roles.length === 0) return
    setBusy(true)
    try {
      const { user, link } = await withConfirmation(() => api.createUser({ name, email, roles }))
      setMade({ name: user.name, link })
      onMade()
    } catch (error) {
      setFailure(asFailure(error))
      setBusy(false)
    }
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={made === null ? words.add : words.madeTitle}
      closeButtonProps={{ 'aria-label': shared.close }}
      // A link that is shown once must not vanish by a slip of the hand.
      closeOnClickOutside={false}
    >
      {made === null ? (
        <form className="dialog-body" noValidate onSubmit={(event) => void submit(event)}>
          <TextInput
            label={words.name}
            description={words.nameHint}
            autoComplete="off"
            maxLength={100}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={checked && !nameIsRight ? words.nameWrong : undefined}
          />
          <TextInput
            type="email"
            label={words.email}
            autoComplete="off"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={checked && !emailIsRight ? words.emailWrong : undefined}
          />
          <RoleChoice value={roles} onChange={setRoles} among={rolesToGive(who)} checked={checked} />
          {failure !== null && <FailureNotice failure={failure} />}
          <FormActions act={words.make} busy={busy} onCancel={onClose} />
        </form>
      ) : (
        <div className="dialog-body">
          <p>{words.made(made.name)}</p>
          <LinkToCopy link={made.link} name={made.name} expires={words.linkWorks} />
          <div className="dialog-actions">
            <Button variant="default" onClick={onClose}>
              {words.done}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}
