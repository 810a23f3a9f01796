import { Button, TextInput } from '@mantine/core'
import { email as emailSchema } from '@curtain/protocol'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { navigate, useAddress } from '../router/location.ts'
import { ownPath } from '../router/own-path.ts'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { PasswordField } from './password-field.tsx'
import { useSession } from './session.tsx'
import { useSessionWords } from './words.ts'

/** `/sign-in`: e-mail and password, then on to where the person was going. */
export function SignInPage() {
  const words = useSessionWords()
  const { api, entered } = useSession()
  const next = ownPath(useAddress().searchParams.get('next'))
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [checked, setChecked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const emailField = useRef<HTMLInputElement>(null)
  const emailRead = emailSchema.safeParse(email)

  useEffect(() => emailField.current?.focus(), [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFailure(null)
    if (!emailRead.success || password === '') return
    setBusy(true)
    try {
      entered(await api.signIn({ email: emailRead.data, password }))
      navigate(next, { replace: true })
    } catch (error) {
      setFailure(asFailure(error))
      setBusy(false)
    }
  }

  return (
    <EntryLayout>
      <PageHeading name={words.signInTitle}>{words.signInTitle}</PageHeading>
      <form className="fields" noValidate onSubmit={(event) => void submit(event)}>
        {failure !== null && <FailureNotice failure={failure} />}
        <TextInput
          ref={emailField}
          label={words.email}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={checked && !emailRead.success ? words.emailWrong : undefined}
        />
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
    </EntryLayout>
  )
}
