import { Button, NativeSelect } from '@mantine/core'
import { userId, type SignedIn, type UserId } from '@curtain/protocol'
import { useState } from 'react'
import { FailureNotice } from '../shell/notice.tsx'
import { usePeople } from '../people/use-people.ts'
import { mayUse } from '../session/access.ts'
import { useLogWords } from './words.ts'

interface PersonQuestionProps {
  value: UserId | undefined
  known: Readonly<Record<string, string>>
  onChosen: (id: UserId) => void
}

/** Whose doings are looked at: anybody on the staff, for those who see the accounts; otherwise those whom the log has named. */
export function PersonQuestion({ who, ...props }: PersonQuestionProps & { who: SignedIn }) {
  const words = useLogWords()
  return mayUse('accounts', who) ? <FromAccounts {...props} /> : <PersonChoice {...props} hint={words.personHint} />
}

function FromAccounts({ known, ...props }: PersonQuestionProps) {
  const { people, failure, read } = usePeople()
  const named = Object.fromEntries((people ?? []).map(({ id, name }) => [id, name]))
  return (
    <>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      <PersonChoice {...props} known={{ ...known, ...named }} />
    </>
  )
}

function PersonChoice({ value, known, onChosen, hint }: PersonQuestionProps & { hint?: string }) {
  const words = useLogWords()
  const [chosen, setChosen] = useState<UserId | undefined>(value)
  const people = Object.entries(known).toSorted(([, a], [, b]) => a.localeCompare(b))
  return (
    <form
      className="log-question"
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen !== undefined) onChosen(chosen)
      }}
    >
      <NativeSelect
        label={words.person}
        {...(hint !== undefined && { description: hint })}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={chosen ?? ''}
        onChange={(event) => setChosen(userId.safeParse(event.currentTarget.value).data)}
        data={[
          { value: '', label: words.choosePerson },
          ...(chosen !== undefined && !(chosen in known) ? [{ value: chosen, label: chosen }] : []),
          ...people.map(([id, name]) => ({ value: id, label: name })),
        ]}
      />
      <Button type="submit" disabled={chosen === undefined}>
        {words.show}
      </Button>
    </form>
  )
}
