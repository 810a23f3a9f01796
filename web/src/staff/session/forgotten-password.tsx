import { Button } from '@mantine/core'
import { email as emailSchema } from '@curtain/protocol'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { OtherWay, OtherWays } from './other-ways.tsx'
import { useSession } from './session.tsx'
import { EmailField } from './email-field.tsx'
import { useSessionWords } from './words.ts'

interface ForgottenPasswordProps {
  /** As it was typed before. */
  email: string
  onEmail: (email: string) => void
  onBack: () => void
}

/** For whoever forgot their password: has a link mailed. Whether there is an account is told to nobody. */
export function ForgottenPassword({ email, onEmail, onBack }: ForgottenPasswordProps) {
  const words = useSessionWords()
  const { api } = useSession()
  const field = useRef<HTMLInputElement>(null)
  const [checked, setChecked] = useState(false)
  const [sent, setSent] = useState(false)
  const { busy, failure, run } = useRequest()
  const emailRead = emailSchema.safeParse(email)
  useEffect(() => field.current?.focus(), [])

  const send = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!emailRead.success) return
    void run(async () => {
      await api.forgotPassword(emailRead.data)
      setSent(true)
    })
  }
  const back = (
    <OtherWays>
      <OtherWay onClick={onBack}>{words.backToSignIn}</OtherWay>
    </OtherWays>
  )
  if (sent)
    return (
      <>
        <PageHeading key="sent" name={words.signInTitle}>{words.sentTitle}</PageHeading>
        <p>{words.sent}</p>
        <p className="quiet">{words.sentNothing}</p>
        {back}
      </>
    )
  return (
    <>
      <PageHeading key="asks" name={words.signInTitle}>{words.forgotTitle}</PageHeading>
      <p className="lead">{words.forgotLead}</p>
      <form className="fields" noValidate onSubmit={send}>
        {failure !== null && <FailureNotice failure={failure} />}
        <EmailField ref={field} value={email} onChange={onEmail} isWrong={checked && !emailRead.success} />
        <Button type="submit" fullWidth loading={busy}>
          {words.sendLink}
        </Button>
      </form>
      {back}
    </>
  )
}
