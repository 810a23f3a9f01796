import { Button, Modal } from '@mantine/core'
import type { Role, SignedIn, UserAccount, UserLink } from '@curtain/protocol'
import { useState, type ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { rolesToGive } from '../session/access.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { Question } from '../shell/question.tsx'
import { LinkToCopy } from '../visit/link-to-copy.tsx'
import { RoleChoice } from './role-choice.tsx'
import { usePeopleWords } from './words.ts'

interface PersonDialogProps {
  who: SignedIn
  person: UserAccount
  /** Something was changed; it is said in passing, and the list is to be read again. */
  onDone: (said: string) => void
  onClose: () => void
}

function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const shared = useSharedWords()
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': shared.close }}>
      <div className="dialog-body">{children}</div>
    </Modal>
  )
}

/** Gives somebody other roles; to oneself, fewer. */
export function ChangeRoles({ who, person, onDone, onClose }: PersonDialogProps) {
  const words = usePeopleWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const [roles, setRoles] = useState<readonly Role[]>(person.roles)
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const withConfirmation = useConfirmation()
  const isSelf = person.id === who.user.id
  const save = () => {
    setChecked(true)
    if (roles.length === 0) return
    void run(async () => {
      await withConfirmation(() => api.changeUser(person.id, { roles: [...roles] }))
      onDone(words.saved(person.name))
    })
  }
  return (
    <Dialog title={words.changeRolesOf(person.name)} onClose={onClose}>
      {isSelf && <p className="quiet">{words.ownRoles}</p>}
      <RoleChoice value={roles} onChange={setRoles} among={isSelf ? person.roles : rolesToGive(who)} checked={checked} />
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {shared.cancel}
        </Button>
        <Button loading={busy} onClick={save}>
          {words.save}
        </Button>
      </div>
    </Dialog>
  )
}

function Consequences({ of }: { of: readonly string[] }) {
  return (
    <ul className="settings-points">
      {of.map((consequence) => (
        <li key={consequence}>{consequence}</li>
      ))}
    </ul>
  )
}

/** Asks whether somebody may really not sign in any more. */
export function SuspendPerson({ person, onDone, onClose }: PersonDialogProps) {
  const words = usePeopleWords()
  const { api } = useSession()
  return (
    <Question
      title={words.suspendTitle(person.name)}
      keep={words.keep}
      act={words.suspend}
      onClose={onClose}
      onAct={async () => {
        await api.changeUser(person.id, { suspended: true })
        onDone(words.nowSuspended(person.name))
      }}
    >
      <Consequences of={words.suspendExplained} />
    </Question>
  )
}

/** Asks whether somebody is really to set up anew how they sign in, as after a phone was lost. */
export function ResetProtection({ person, onDone, onClose }: PersonDialogProps) {
  const words = usePeopleWords()
  const { api } = useSession()
  return (
    <Question
      title={words.resetTitle(person.name)}
      keep={words.resetNot}
      act={words.reset}
      onClose={onClose}
      onAct={async () => {
        await api.resetProtection(person.id)
        onDone(words.nowReset(person.name))
      }}
    >
      <Consequences of={words.resetExplained} />
    </Question>
  )
}

/** Asks whether somebody who has a password is to be mailed a link to a new one. */
export function MailNewPassword({ person, onDone, onClose }: PersonDialogProps) {
  const words = usePeopleWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const { busy, failure, run } = useRequest()
  const withConfirmation = useConfirmation()
  const send = async () => {
    await withConfirmation(() => api.createSignInLink(person.id))
    onDone(words.nowMailed(person.name))
  }
  return (
    <Dialog title={words.newPasswordTitle(person.name)} onClose={onClose}>
      <Consequences of={words.newPasswordExplained(person.email)} />
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {shared.cancel}
        </Button>
        <Button data-autofocus loading={busy} onClick={() => void run(send)}>
          {words.mailLink}
        </Button>
      </div>
    </Dialog>
  )
}

/** Makes a link that signs somebody in who has no password. */
export function NewSignInLink({ person, onClose }: Pick<PersonDialogProps, 'person' | 'onClose'>) {
  const words = usePeopleWords()
  const { api } = useSession()
  const [link, setLink] = useState<UserLink | null>(null)
  const { busy, failure, run } = useRequest()
  const withConfirmation = useConfirmation()
  return (
    <Dialog title={words.newLinkFor(person.name)} onClose={onClose}>
      {link === null && <p>{words.newLinkExplained}</p>}
      {link?.url === null && <p>{words.nowMailed(person.name)}</p>}
      {link !== null && link.url !== null && (
        <LinkToCopy link={{ url: link.url, expiresAt: link.expiresAt }} name={person.name} expires={words.linkWorks} copyNow />
      )}
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {words.done}
        </Button>
        {link === null && (
          <Button
            data-autofocus
            loading={busy}
            onClick={() => void run(async () => setLink(await withConfirmation(() => api.createSignInLink(person.id))))}
          >
            {words.makeLink}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
