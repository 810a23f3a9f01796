import { Button, TextInput } from '@mantine/core'
import { personName, type Link, type VisitId } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { LinkToCopy } from './link-to-copy.tsx'
import { useVisitWords } from './words.ts'

interface InviteGuestProps {
  visitId: VisitId
  onInvited: () => void
}

/** Makes a link for somebody beside the patient: an interpreter, a relative. */
export function InviteGuest({ visitId, onInvited }: InviteGuestProps) {
  const words = useVisitWords()
  const { api } = useSession()
  const [name, setName] = useState('')
  const [checked, setChecked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [made, setMade] = useState<{ link: Link; name: string } | null>(null)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const read = personName.safeParse(name)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFailure(null)
    if (!read.success) return
    setBusy(true)
    try {
      setMade({ link: await api.createLink(visitId, { guest: { name: read.data } }), name: read.data })
      setName('')
      setChecked(false)
      onInvited()
    } catch (error) {
      setFailure(asFailure(error))
    }
    setBusy(false)
  }

  return (
    <section aria-labelledby="invite-guest">
      <h3 id="invite-guest">{words.guestTitle}</h3>
      <p className="quiet">{words.guestHint}</p>
      <form className="guest-form" noValidate onSubmit={(event) => void submit(event)}>
        <TextInput
          label={words.guestName}
          autoComplete="off"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={checked && !read.success ? words.guestWrong : undefined}
        />
        <Button type="submit" variant="default" loading={busy}>
          {words.invite}
        </Button>
      </form>
      {failure !== null && <FailureNotice failure={failure} />}
      {made !== null && <LinkToCopy key={made.link.id} link={made.link} name={made.name} copyNow />}
    </section>
  )
}
