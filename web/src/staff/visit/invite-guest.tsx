import { Button, Checkbox, TextInput } from '@mantine/core'
import { email as emailSchema, personName, type Link, type VisitId } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { LinkToCopy } from './link-to-copy.tsx'
import { useOrganizationSettings } from './use-organization-settings.ts'
import { useVisitWords } from './words.ts'

interface InviteGuestProps {
  visitId: VisitId
  onInvited: () => void
}

/** Makes a link for somebody beside the patient: an interpreter, a relative. */
export function InviteGuest({ visitId, onInvited }: InviteGuestProps) {
  const words = useVisitWords()
  const { api } = useSession()
  const { settings } = useOrganizationSettings()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [send, setSend] = useState(false)
  const [checked, setChecked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [made, setMade] = useState<{ link: Link; name: string } | null>(null)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const read = personName.safeParse(name)
  const hasEmail = email.trim() !== ''
  const emailRead = emailSchema.safeParse(email)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFailure(null)
    if (!read.success || (hasEmail && !emailRead.success)) return
    setBusy(true)
    try {
      const reachable = hasEmail && emailRead.success
      const guest = { name: read.data, ...(reachable && { email: emailRead.data }) }
      setMade({ link: await api.createLink(visitId, { guest, send: reachable && send }), name: read.data })
      setName('')
      setEmail('')
      setSend(false)
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
        {settings?.canMail === true && (
          <TextInput
            type="email"
            label={words.guestEmail}
            description={words.guestEmailHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="off"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={checked && hasEmail && !emailRead.success ? words.emailMissing : undefined}
          />
        )}
        {hasEmail && (
          <Checkbox
            label={words.sendLink}
            description={words.sameMailbox}
            checked={send}
            onChange={(event) => setSend(event.currentTarget.checked)}
          />
        )}
        <Button type="submit" variant="default" loading={busy}>
          {words.invite}
        </Button>
      </form>
      {failure !== null && <FailureNotice failure={failure} />}
      {made?.link.sent === true && <Notice tone="info">{words.linkSent}</Notice>}
      {made !== null && <LinkToCopy key={made.link.id} link={made.link} name={made.name} copyNow />}
    </section>
  )
}
