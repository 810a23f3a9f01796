import { Button, TextInput } from '@mantine/core'
import { oneTimeCode, recoveryCodeInput } from '@curtain/protocol'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { FailureNotice } from '../shell/notice.tsx'
import { useSessionWords } from './words.ts'

interface CodeFormProps {
  kind: 'authenticator' | 'recovery-code'
  submit: string
  /** @throws RequestFailed */
  onCode: (code: string) => Promise<void>
  /** Whether the field has the focus at once; not where there is something to read before. */
  focusFirst?: boolean
}

/** A code to type: six digits of an authenticator app, or one that was kept for recovery. */
export function CodeForm({ kind, submit, onCode, focusFirst = true }: CodeFormProps) {
  const words = useSessionWords()
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const isApp = kind === 'authenticator'
  const isRight = isApp ? oneTimeCode.safeParse(code).success : recoveryCodeInput.safeParse({ code }).success
  useEffect(() => {
    if (focusFirst) field.current?.focus()
  }, [focusFirst])

  const send = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!isRight) return
    void run(async () => {
      await onCode(code.trim())
      setCode('')
      setChecked(false)
    })
  }
  return (
    <form className="fields" noValidate onSubmit={send}>
      {failure !== null && <FailureNotice failure={failure} />}
      <TextInput
        ref={field}
        className="code-field"
        label={isApp ? words.code : words.recoveryCode}
        description={isApp ? words.codeHint : words.recoveryCodeHint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete={isApp ? 'one-time-code' : 'off'}
        inputMode={isApp ? 'numeric' : 'text'}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={isApp ? 16 : 64}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={checked && !isRight ? (isApp ? words.codeWrong : words.recoveryCodeWrong) : undefined}
      />
      <Button type="submit" fullWidth loading={busy}>
        {submit}
      </Button>
    </form>
  )
}
