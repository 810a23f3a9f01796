import { Button, Textarea, TextInput } from '@mantine/core'
import { email as emailSchema, personName, type Role, type SignedIn } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { RoleChoice } from '../people/role-choice.tsx'
import { rolesToPropose } from '../session/access.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useSignUpWords } from './words.ts'

const nothing = { name: '', email: '', note: '', roles: [] as readonly Role[] }

/** `/people` for those who do not run accounts: they may propose a colleague. */
export function SuggestPage({ who }: { who: SignedIn }) {
  const words = useSignUpWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const [draft, setDraft] = useState(nothing)
  const [checked, setChecked] = useState(false)
  const [suggested, setSuggested] = useState<string | null>(null)
  const { busy, failure, run } = useRequest()
  const withConfirmation = useConfirmation()
  const { name, email, note, roles } = draft
  const nameIsRight = personName.safeParse(name).success
  const emailIsRight = emailSchema.safeParse(email).success
  const change = (part: Partial<typeof nothing>) => {
    setDraft((before) => ({ ...before, ...part }))
    setSuggested(null)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!nameIsRight || !emailIsRight || roles.length === 0) return
    void run(async () => {
      const made = await withConfirmation(() => api.invite({ name, email, note, roles: [...roles] }))
      setDraft(nothing)
      setChecked(false)
      setSuggested(made.outcome === 'waiting' ? words.suggested(name, format.date(new Date(made.expiresAt))) : null)
    })
  }
  return (
    <div className="settings">
      <div>
        <PageHeading name={words.people}>{words.people}</PageHeading>
        <p className="quiet">{who.organization.name}</p>
      </div>
      <section className="settings-section" aria-labelledby="suggest">
        <h2 id="suggest">{words.suggest}</h2>
        <p>{words.suggestLead}</p>
        <form className="dialog-body" noValidate onSubmit={submit}>
          <TextInput
            label={words.colleagueName}
            autoComplete="off"
            maxLength={100}
            value={name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={checked && !nameIsRight ? words.nameWrong : undefined}
          />
          <TextInput
            type="email"
            label={words.colleagueEmail}
            autoComplete="off"
            maxLength={254}
            value={email}
            onChange={(event) => change({ email: event.currentTarget.value })}
            error={checked && !emailIsRight ? words.emailWrong : undefined}
          />
          <RoleChoice value={roles} onChange={(chosen) => change({ roles: chosen })} among={rolesToPropose} checked={checked} />
          <Textarea
            label={words.colleagueNote}
            autosize
            minRows={2}
            maxLength={500}
            value={note}
            onChange={(event) => change({ note: event.currentTarget.value })}
          />
          {failure !== null && <FailureNotice failure={failure} />}
          <output>{suggested}</output>
          <div className="dialog-actions">
            <Button type="submit" loading={busy}>
              {words.suggestIt}
            </Button>
          </div>
        </form>
      </section>
    </div>
  )
}
