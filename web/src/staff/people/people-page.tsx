import { Button } from '@mantine/core'
import type { SignedIn, UserAccount } from '@curtain/protocol'
import { useState } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { mayUse } from '../session/access.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { SignUpsSection } from '../sign-ups/sign-ups-section.tsx'
import { AccountList, type PersonAction } from './account-list.tsx'
import { AddPerson } from './add-person.tsx'
import { ChangeRoles, MailNewPassword, NewSignInLink, ResetProtection, SuspendPerson } from './person-dialogs.tsx'
import { usePeople } from './use-people.ts'
import { usePeopleWords } from './words.ts'

type Open = { type: 'add' } | { type: Exclude<PersonAction, 'resume'>; person: UserAccount }

/** `/people`: the accounts of the staff, for those who run them and those who watch over access. */
export function PeoplePage({ who }: { who: SignedIn }) {
  const words = usePeopleWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const withConfirmation = useConfirmation()
  const { people, failure, read } = usePeople()
  const [open, setOpen] = useState<Open | null>(null)
  const [refusal, setRefusal] = useState<RequestFailed | null>(null)
  const mayManage = mayUse('managePeople', who)

  const show = (wanted: Open) => {
    opener.remember()
    setRefusal(null)
    setOpen(wanted)
  }
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  const done = (said: string) => {
    close()
    say(said)
    read()
  }
  const resume = async (person: UserAccount) => {
    setRefusal(null)
    try {
      await withConfirmation(() => api.changeUser(person.id, { suspended: false }))
      say(words.nowResumed(person.name))
    } catch (error) {
      setRefusal(asFailure(error))
    }
    read()
  }

  return (
    <div className="settings">
      <div className="page-head">
        <div>
          <PageHeading name={words.title}>{words.title}</PageHeading>
          <p className="quiet">{words.of(who.organization.name)}</p>
        </div>
        {mayManage && (
          <Button leftSection={<Icon name="plus" />} onClick={() => show({ type: 'add' })}>
            {words.add}
          </Button>
        )}
      </div>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {refusal !== null && <FailureNotice failure={refusal} />}
      {people === null && failure === null && <LoadingSection label={words.loading} widths={[42, 66, 54]} height={40} />}
      {people !== null && (
        <section className="settings-section" aria-labelledby="accounts">
          <h2 id="accounts">{words.accounts}</h2>
          <AccountList
            who={who}
            people={people}
            onAct={(action, person) => (action === 'resume' ? void resume(person) : show({ type: action, person }))}
          />
          {people.length < 2 && <p className="quiet">{words.nobodyElse}</p>}
          {!mayManage && <Notice tone="info">{words.onlyRead}</Notice>}
        </section>
      )}
      <SignUpsSection who={who} onMade={read} />
      {open?.type === 'add' && <AddPerson who={who} onMade={read} onClose={close} />}
      {open?.type === 'roles' && <ChangeRoles who={who} person={open.person} onDone={done} onClose={close} />}
      {open?.type === 'suspend' && <SuspendPerson who={who} person={open.person} onDone={done} onClose={close} />}
      {open?.type === 'reset' && <ResetProtection who={who} person={open.person} onDone={done} onClose={close} />}
      {open?.type === 'new-password' && <MailNewPassword who={who} person={open.person} onDone={done} onClose={close} />}
      {open?.type === 'link' && <NewSignInLink person={open.person} onClose={close} />}
    </div>
  )
}
