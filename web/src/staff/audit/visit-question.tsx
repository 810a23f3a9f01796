import { Button, TextInput } from '@mantine/core'
import { visitId, type VisitId } from '@curtain/protocol'
import { useState } from 'react'
import { useLogWords } from './words.ts'

/** Takes a visit's id, or any address that has it. */
export function VisitQuestion({ value, onFound }: { value: VisitId | undefined; onFound: (id: VisitId) => void }) {
  const words = useLogWords()
  const [text, setText] = useState<string>(value ?? '')
  const [checked, setChecked] = useState(false)
  const found = visitId.safeParse(/vis_[0-9a-z]{26}/.exec(text)?.[0]).data
  return (
    <form
      className="log-question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setChecked(true)
        if (found !== undefined) onFound(found)
      }}
    >
      <TextInput
        label={words.visit}
        description={words.visitHint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={checked && found === undefined ? words.visitWrong : undefined}
      />
      <Button type="submit">{words.show}</Button>
    </form>
  )
}
