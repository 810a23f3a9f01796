import { Button, Textarea, TextInput } from '@mantine/core'
import { email as emailSchema, organizationId, personName } from '@curtain/protocol'
import { useCallback, useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { navigate } from '../router/location.ts'
import { useSession } from '../session/session.tsx'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useSignUpWords } from './words.ts'

/**
 * `/join/org_…`: somebody who works there asks for an account.
 * @param organization as it stands in the address
 */
export function JoinPage({ organization }: { organization: string }) {
  const words = useSignUpWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const { value, failure, read } = useFresh(
    useCallback((signal: AbortSignal) => api.joinPage(organization, signal), [api, organization]),
  )
  const [asked, setAsked] = useState<{ mailed: boolean } | null>(null)
  return (
    <EntryLayout>
      <PageHeading key={String(asked !== null)} name={words.joinTitle}>
        {asked === null ? words.joinTitle : words.askedTitle}
      </PageHeading>
      {value === null && failure === null && <output>{shared.loading}</output>}
      {value === null && failure !== null && (
        <FailureNotice failure={failure} {...(failure.code !== 'join-closed' && { onRetry: read })} />
      )}
      {value !== null && asked === null && (
        <>
          <p className="lead">{words.joinLead(value.organization.name)}</p>
          <JoinForm organization={organization} onAsked={setAsked} />
          <p className="quiet">{words.joinPatients}</p>
        </>
      )}
      {asked !== null && (
        <>
          <p>{asked.mailed ? words.askedMailed : words.asked}</p>
          <Button variant="default" fullWidth mt="md" onClick={() => navigate('/sign-in')}>
            {words.toSignIn}
          </Button>
        </>
      )}
    </EntryLayout>
  )
}

interface JoinFormProps {
  organization: string
  onAsked: (asked: { mailed: boolean }) => void
}

function JoinForm({ organization, onAsked }: JoinFormProps) {
  const words = useSignUpWords()
  const { api } = useSession()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [note, setNote] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const nameIsRight = personName.safeParse(name).success
  const emailIsRight = emailSchema.safeParse(email).success
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    const id = organizationId.safeParse(organization)
    if (!nameIsRight || !emailIsRight || !id.success) return
    void run(async () => onAsked(await api.askForAccount({ organizationId: id.data, name, email, note })))
  }
  return (
    <form className="fields" noValidate onSubmit={submit}>
      <TextInput
        label={words.name}
        name="name"
        autoComplete="name"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={checked && !nameIsRight ? words.nameWrong : undefined}
      />
      <TextInput
        label={words.email}
        description={words.emailHint}
        type="email"
        name="email"
        autoComplete="email"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={checked && !emailIsRight ? words.emailWrong : undefined}
      />
      <Textarea
        label={words.note}
        description={words.noteHint}
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {failure !== null && <FailureNotice failure={failure} />}
      <Button type="submit" fullWidth loading={busy}>
        {words.ask}
      </Button>
    </form>
  )
}
