import { Button, TextInput } from '@mantine/core'
import { email as emailSchema, line, password as passwordSchema, personName } from '@curtain/protocol'
import { lazy, Suspense, useState, type FormEvent } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { navigate } from '../router/location.ts'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { PasswordField } from './password-field.tsx'
import { useSession } from './session.tsx'
import { EmailField } from './email-field.tsx'
import { useSessionWords } from './words.ts'

const PasswordStrength = lazy(async () => ({ default: (await import('../account/password-strength.tsx')).PasswordStrength }))
const organizationNameSchema = line(200)
const passwordLength = 12

/**
 * `/setup#<secret>`: makes the organization and its owner, once.
 * @param secret of the one-time link, already taken out of the address bar; null if there was none.
 */
export function SetupPage({ secret }: { secret: string | null }) {
  const words = useSessionWords()
  const { api, entered } = useSession()
  const [organizationName, setOrganizationName] = useState('')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [checked, setChecked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)

  const fields = {
    organizationName: organizationNameSchema.safeParse(organizationName),
    name: personName.safeParse(name),
    email: emailSchema.safeParse(email),
    password: passwordSchema.safeParse(password),
  }
  const missing = passwordLength - password.length
  const wrongName = (text: string, maximum: number) =>
    text.trim().length > maximum ? words.tooLong(maximum) : words.nameWrong

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFailure(null)
    if (secret === null || !Object.values(fields).every((field) => field.success)) return
    setBusy(true)
    try {
      const step = await api.setUp({ secret, organizationName, name, email, password })
      if (step.next === 'none') entered()
      navigate(step.next === 'none' ? '/today' : '/sign-in', { replace: true })
    } catch (error) {
      setFailure(asFailure(error))
      setBusy(false)
    }
  }

  if (secret === null)
    return (
      <EntryLayout>
        <PageHeading name={words.setupTitle}>{words.setupTitle}</PageHeading>
        <Notice tone="warning" title={words.setupNoSecret}>
          {words.setupNoSecretAdvice}
        </Notice>
        <Button variant="default" fullWidth mt="md" onClick={() => navigate('/sign-in')}>
          {words.withPassword}
        </Button>
      </EntryLayout>
    )
  return (
    <EntryLayout>
      <PageHeading name={words.setupTitle}>{words.setupTitle}</PageHeading>
      <p className="lead">{words.setupLead}</p>
      <form className="fields" noValidate onSubmit={(event) => void submit(event)}>
        {failure !== null && <FailureNotice failure={failure} />}
        <TextInput
          label={words.organizationName}
          description={words.organizationHint}
          name="organization"
          autoComplete="organization"
          required
          withAsterisk={false}
          value={organizationName}
          onChange={(event) => setOrganizationName(event.currentTarget.value)}
          error={checked && !fields.organizationName.success ? wrongName(organizationName, 200) : undefined}
        />
        <TextInput
          label={words.ownName}
          description={words.ownNameHint}
          name="name"
          autoComplete="name"
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={checked && !fields.name.success ? wrongName(name, 100) : undefined}
        />
        <EmailField value={email} onChange={setEmail} isWrong={checked && !fields.email.success} />
        <div>
          <PasswordField
            value={password}
            onChange={setPassword}
            autoComplete="new-password"
            description={words.passwordHint}
            error={checked && missing > 0 ? words.passwordShort(missing) : undefined}
          />
          {!(checked && missing > 0) && (
            <Suspense>
              <PasswordStrength password={password} about={[name, email, organizationName]} />
            </Suspense>
          )}
        </div>
        <Button type="submit" fullWidth loading={busy}>
          {words.create}
        </Button>
      </form>
    </EntryLayout>
  )
}
