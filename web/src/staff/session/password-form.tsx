import { Button } from '@mantine/core'
import { email as emailSchema, type SignInStep } from '@curtain/protocol'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { FailureNotice } from '../shell/notice.tsx'
import { PasswordField } from './password-field.tsx'
import { useSession } from './session.tsx'
import { EmailField } from './email-field.tsx'
import { useSessionWords } from './words.ts'

interface PasswordFormProps {
  /** As it is typed. */
  email: string
  onEmail: (email: string) => void
  onStep: (step: SignInStep) => void
}

/** The first step of signing in: e-mail and password. */
export function PasswordForm({ email, onEmail, onStep }: PasswordFormProps) {
  const words = useSessionWords()
  const { api } = useSession()
  const [password, setPassword] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const emailField = useRef<HTMLInputElement>(null)
  const emailRead = emailSchema.safeParse(email)

  useEffect(() => emailField.current?.focus(), [])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!emailRead.success || password === '') return
    void run(async () => onStep(await api.signIn({ email: emailRead.data, password })))
  }

  return (
    <form className="fields" noValidate onSubmit={submit}>
      {failure !== null && <FailureNotice failure={failure} />}
      <EmailField ref={emailField} value={email} onChange={onEmail} isWrong={checked && !emailRead.success} />
      <PasswordField
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        error={checked && password === '' ? words.passwordMissing : undefined}
      />
      <Button type="submit" fullWidth loading={busy}>
        {words.signIn}
      </Button>
    </form>
  )
}
