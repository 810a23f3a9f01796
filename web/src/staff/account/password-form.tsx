import { Button } from '@mantine/core'
import { password as passwordSchema, type Protection, type SignInStep } from '@curtain/protocol'
import { useState, type FormEvent, type ReactNode } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { PasswordField } from '../session/password-field.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PasswordStrength } from './password-strength.tsx'
import { useAccountWords } from './words.ts'

const shortest = 12

interface PasswordFormProps {
  /** Whose password it is, for password managers. */
  email: string
  /** Whether the present one is to be given. */
  asksCurrent: boolean
  /** What somebody might put into it: their name, address and organization. */
  about: readonly string[]
  submit: string
  onDone: (changed: { protection: Protection; step: SignInStep }) => void
  /** Beside the button that sends it. */
  children?: ReactNode
}

/** Chooses a password. */
export function PasswordForm({ email, asksCurrent, about, submit, onDone, children }: PasswordFormProps) {
  const words = useAccountWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const missing = shortest - password.length

  const send = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if ((asksCurrent && current === '') || !passwordSchema.safeParse(password).success) return
    const input = asksCurrent ? { current, password } : { password }
    void run(async () => onDone(await withConfirmation(() => api.setPassword(input))))
  }
  return (
    <form className="fields" noValidate onSubmit={send}>
      {failure !== null && <FailureNotice failure={failure} />}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      {asksCurrent && (
        <PasswordField
          label={words.currentPassword}
          value={current}
          onChange={setCurrent}
          autoComplete="current-password"
          focusFirst
          error={checked && current === '' ? words.passwordMissing : undefined}
        />
      )}
      <div>
        <PasswordField
          label={words.newPassword}
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          focusFirst={!asksCurrent}
          description={words.passwordHint}
          error={checked && missing > 0 ? words.passwordShort(missing) : undefined}
        />
        {!(checked && missing > 0) && <PasswordStrength password={password} about={about} />}
      </div>
      <div className="dialog-actions">
        {children}
        <Button type="submit" loading={busy}>
          {submit}
        </Button>
      </div>
    </form>
  )
}
