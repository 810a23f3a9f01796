import { useSharedWords } from '../../i18n/translation.tsx'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useVisitWords } from '../words/words.ts'

interface Confirm {
  title: string
  text: string
  action: string
  stay: string
  onConfirm: () => void
  onClose: () => void
}

function Confirm({ title, text, action, stay, onConfirm, onClose }: Confirm) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{stay}</Button>
        <Button look="danger" onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}

interface About {
  name: string
  onConfirm: () => void
  onClose: () => void
}

export function RefuseDialog({ name, ...rest }: About) {
  const { host } = useVisitWords()
  const { cancel } = useSharedWords()
  return <Confirm title={host.refuseTitle(name)} text={host.refuseText} action={host.refuse} stay={cancel} {...rest} />
}

export function RemoveDialog({ name, ...rest }: About) {
  const { host } = useVisitWords()
  const { cancel } = useSharedWords()
  return <Confirm title={host.removeTitle(name)} text={host.removeText} action={host.remove} stay={cancel} {...rest} />
}

export function LeaveDialog({ onConfirm, onClose }: Omit<About, 'name'>) {
  const { leave } = useVisitWords()
  return (
    <Confirm
      title={leave.title}
      text={leave.text}
      action={leave.leave}
      stay={leave.stay}
      onConfirm={onConfirm}
      onClose={onClose}
    />
  )
}

interface End {
  onLeave: () => void
  onEnd: () => void
  onClose: () => void
}

/** For a host: leaving and ending are two things. */
export function EndDialog({ onLeave, onEnd, onClose }: End) {
  const { host } = useVisitWords()
  const { cancel } = useSharedWords()
  return (
    <Dialog title={host.endTitle} onClose={onClose}>
      <p>{host.endText}</p>
      <div className="dialog-stack">
        <Button onClick={onLeave} icon="leave">
          {host.leaveOnly}
        </Button>
        <Button look="danger" onClick={onEnd}>
          {host.endForAll}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {cancel}
        </Button>
      </div>
    </Dialog>
  )
}
