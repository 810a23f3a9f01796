import { Button, NativeSelect } from '@mantine/core'
import { userId, type UserId } from '@curtain/protocol'
import { useState } from 'react'
import { FailureNotice } from '../shell/notice.tsx'
import type { StaffNames } from './use-staff-names.ts'
import { useLogWords } from './words.ts'

interface PersonQuestionProps {
  value: UserId | undefined
  staff: StaffNames
  onChosen: (id: UserId) => void
}

/** Whose doings are looked at. */
export function PersonQuestion({ value, staff: { names, failure, read }, onChosen }: PersonQuestionProps) {
  const words = useLogWords()
  const [chosen, setChosen] = useState<UserId | undefined>(value)
  const people = Object.entries(names ?? {})
  return (
    <>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      <form
        className="log-question"
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen !== undefined) onChosen(chosen)
        }}
      >
        <NativeSelect
          label={words.person}
          value={chosen ?? ''}
          onChange={(event) => setChosen(userId.safeParse(event.currentTarget.value).data)}
          data={[
            { value: '', label: words.choosePerson },
            ...(chosen !== undefined && !people.some(([id]) => id === chosen) ? [{ value: chosen, label: chosen }] : []),
            ...people.map(([id, name]) => ({ value: id, label: name })),
          ]}
        />
        <Button type="submit" disabled={chosen === undefined}>
          {words.show}
        </Button>
      </form>
    </>
  )
}
