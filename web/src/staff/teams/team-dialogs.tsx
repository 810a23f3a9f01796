import { Button, NativeSelect, TextInput } from '@mantine/core'
import { teamInput, userId, type SignedIn, type Team, type UserId } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { usePeople } from '../people/use-people.ts'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useTeamWords } from './words.ts'

interface TeamDialogProps {
  /** Something was changed; it is said in passing, and the list is to be read again. */
  onDone: (said: string) => void
  onClose: () => void
}

/** Makes a team, or gives one another name. */
export function NameTeam({ team, onDone, onClose }: TeamDialogProps & { team: Team | null }) {
  const words = useTeamWords()
  const { api } = useSession()
  const [name, setName] = useState(team?.name ?? '')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const isRight = teamInput.safeParse({ name }).success
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!isRight) return
    void run(async () => {
      const named = team === null ? await api.createTeam(name) : await api.renameTeam(team.id, name)
      onDone(team === null ? words.made(named.name) : words.renamed(named.name))
    })
  }
  return (
    <Dialog title={team === null ? words.makeTitle : words.renameOf(team.name)} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <TextInput
          label={words.name}
          description={words.nameHint}
          autoComplete="off"
          maxLength={80}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={checked && !isRight ? words.nameWrong : undefined}
        />
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={team === null ? words.makeNow : words.save} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

/** Puts somebody into a team. Nobody but an owner does that with themselves. */
export function AddMember({ who, team, onDone, onClose }: TeamDialogProps & { who: SignedIn; team: Team }) {
  const words = useTeamWords()
  const { api } = useSession()
  const { people, failure: unread } = usePeople()
  const [chosen, setChosen] = useState<UserId | null>(null)
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const within = new Set(team.members.map(({ id }) => id))
  const mayAddSelf = who.user.roles.includes('owner')
  const others = (people ?? []).filter(
    ({ id, suspended }) => !within.has(id) && !suspended && (mayAddSelf || id !== who.user.id),
  )
  const person = others.find(({ id }) => id === chosen)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (person === undefined) return
    void run(async () => {
      await api.addTeamMember(team.id, person.id)
      onDone(words.added(person.name))
    })
  }
  return (
    <Dialog title={words.addTo(team.name)} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        {people !== null && others.length === 0 ? (
          <p>{words.everybody}</p>
        ) : (
          <NativeSelect
            label={words.choose}
            description={words.addExplained}
            data-autofocus
            disabled={people === null}
            value={chosen ?? ''}
            onChange={(event) => setChosen(userId.safeParse(event.currentTarget.value).data ?? null)}
            data={[{ value: '', label: words.choose }, ...others.map(({ id, name }) => ({ value: id, label: name }))]}
            error={checked && person === undefined ? words.chooseMissing : undefined}
          />
        )}
        {unread !== null && <FailureNotice failure={unread} />}
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={words.addNow} busy={busy} disabled={others.length === 0} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

/** Asks whether somebody is really to be taken out of a team. The safe answer has the focus. */
export function RemoveMember({ team, member, onDone, onClose }: TeamDialogProps & { team: Team; member: Team['members'][number] }) {
  const words = useTeamWords()
  const { api } = useSession()
  const { busy, failure, run } = useRequest()
  const remove = () =>
    run(async () => {
      await api.removeTeamMember(team.id, member.id)
      onDone(words.removed(member.name))
    })
  return (
    <Dialog title={words.removeTitle(member.name, team.name)} onClose={onClose}>
      <p>{words.removeExplained}</p>
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" data-autofocus onClick={onClose}>
          {words.keep}
        </Button>
        <Button color="danger" loading={busy} onClick={() => void remove()}>
          {words.remove}
        </Button>
      </div>
    </Dialog>
  )
}
