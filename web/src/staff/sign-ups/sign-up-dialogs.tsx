import { Button, Modal } from '@mantine/core'
import type { Admitted, Role, SignedIn, SignUp } from '@curtain/protocol'
import { useState, type ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { RoleChoice } from '../people/role-choice.tsx'
import { rolesToGive } from '../session/access.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { LinkToCopy } from '../visit/link-to-copy.tsx'
import { useSignUpWords } from './words.ts'

function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const shared = useSharedWords()
  return (
    // A link that is shown once must not vanish by a slip of the hand.
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': shared.close }} closeOnClickOutside={false}>
      <div className="dialog-body">{children}</div>
    </Modal>
  )
}

interface ApproveSignUpProps {
  who: SignedIn
  signUp: SignUp
  onMade: () => void
  onClose: () => void
}

/** Gives somebody an account with the roles chosen here, and hands over the way in where it was not mailed. */
export function ApproveSignUp({ who, signUp, onMade, onClose }: ApproveSignUpProps) {
  const words = useSignUpWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const among = rolesToGive(who)
  const [roles, setRoles] = useState<Role[]>(signUp.roles.filter((one) => among.includes(one)))
  const [checked, setChecked] = useState(false)
  const [made, setMade] = useState<Admitted | null>(null)
  const { busy, failure, run } = useRequest()
  const approve = () => {
    setChecked(true)
    if (roles.length === 0) return
    void run(async () => {
      setMade(await withConfirmation(() => api.approveSignUp(signUp.id, roles)))
      onMade()
    })
  }
  if (made !== null)
    return (
      <Dialog title={words.madeTitle} onClose={onClose}>
        <WayIn made={made} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {words.done}
          </Button>
        </div>
      </Dialog>
    )
  return (
    <Dialog title={words.approveOf(signUp.name)} onClose={onClose}>
      <p>{words.approveExplained(signUp.name)}</p>
      {signUp.kind === 'request' && !signUp.emailConfirmed && <p>{words.unconfirmedAddress}</p>}
      <RoleChoice value={roles} onChange={setRoles} among={among} checked={checked} />
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {shared.cancel}
        </Button>
        <Button loading={busy} onClick={approve}>
          {words.approveIt}
        </Button>
      </div>
    </Dialog>
  )
}

function WayIn({ made: { user, link, mailed } }: { made: Admitted }) {
  const words = useSignUpWords()
  if (mailed) return <p>{words.madeMailed(user.name)}</p>
  if (link === null) return <p>{words.madeByProvider(user.name)}</p>
  return (
    <>
      <p>{words.madeLink(user.name)}</p>
      <LinkToCopy link={link} name={user.name} expires={words.linkWorks} />
    </>
  )
}

interface RefuseSignUpProps {
  signUp: SignUp
  onRefused: () => void
  onClose: () => void
}

/** Asks whether somebody is really to have no account. The safe answer has the focus. */
export function RefuseSignUp({ signUp, onRefused, onClose }: RefuseSignUpProps) {
  const words = useSignUpWords()
  const { api } = useSession()
  const { busy, failure, run } = useRequest()
  const refuse = () =>
    run(async () => {
      await api.refuseSignUp(signUp.id)
      onRefused()
    })
  return (
    <Dialog title={words.refuseTitle(signUp.name)} onClose={onClose}>
      <ul className="settings-points">
        {words.refuseExplained.map((consequence) => (
          <li key={consequence}>{consequence}</li>
        ))}
      </ul>
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" data-autofocus onClick={onClose}>
          {words.keepWaiting}
        </Button>
        <Button color="danger" loading={busy} onClick={() => void refuse()}>
          {words.refuse}
        </Button>
      </div>
    </Dialog>
  )
}
