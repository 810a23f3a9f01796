import { mailedCode, type LinkQuestion } from '@curtain/protocol'
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { Verdict, type Asking } from './asking.tsx'
import { useSecondCheckWords } from './words.ts'

interface Code extends Asking {
  check: Extract<LinkQuestion['check'], { kind: 'mailed-code' }>
}

/** The six digits of the mail that is on its way, and another mail where it does not come. */
export function CodeForm({ check, clinic, busy, failure, show }: Code) {
  const words = useSecondCheckWords()
  const [typed, setTyped] = useState('')
  const [message, setMessage] = useState<'incomplete' | 'answered' | 'resent' | null>(null)
  const waitSeconds = useCountdown(check)
  const field = useRef<HTMLInputElement>(null)
  const id = useId()

  async function submit(event: FormEvent) {
    event.preventDefault()
    // As it is written in mails and read out: in two groups, with spaces.
    const code = mailedCode.safeParse(typed.replaceAll(/\D/g, ''))
    setMessage(code.success ? 'answered' : 'incomplete')
    if (code.success) await show({ answer: code.data })
    field.current?.select()
  }
  async function sendAnother() {
    setTyped('')
    setMessage('resent')
    await show({ anotherCode: true })
    field.current?.focus()
  }

  const isWrong = message === 'answered' && check.answer === 'wrong' && !busy && failure === null
  const said: ReactNode = (() => {
    if (busy) return null
    if (failure !== null) return failure
    if (message === 'incomplete') return words.codeIncomplete
    if (isWrong) return <Verdict triesLeft={check.triesLeft}>{words.codeWrong}</Verdict>
    if (message === 'answered' && check.answer === 'late' && check.codeSent) return words.codeLate
    if (message === 'resent' && check.codeSent) return words.codeResent
    return null
  })()

  if (!check.codeSent) return <p role="alert">{words.noCode(clinic)}</p>
  return (
    <form className="second-check" noValidate onSubmit={(event) => void submit(event)}>
      <p>
        {words.codeSent(clinic)} {words.why}
      </p>
      <div className="field">
        <label htmlFor={id}>{words.code}</label>
        <input
          ref={field}
          id={id}
          className="code-field"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
          required
          value={typed}
          aria-invalid={message === 'incomplete' || isWrong}
          aria-describedby={`${id}-hint ${id}-said`}
          onChange={(event) => {
            setTyped(event.target.value)
            setMessage(null)
          }}
        />
        <p id={`${id}-hint`} className="small quiet">
          {words.codeHint}
        </p>
      </div>
      <p id={`${id}-said`} className="verdict" data-good={message === 'resent' || undefined} role="alert">
        {said}
      </p>
      <Button look="primary" type="submit" disabled={busy}>
        {busy ? words.checking : words.continue}
      </Button>
      <section className="no-mail" aria-label={words.noEmail}>
        {waitSeconds === null ? (
          <p className="small quiet">{words.noMore}</p>
        ) : waitSeconds > 0 ? (
          <p className="small quiet">{words.anotherIn(waitSeconds)}</p>
        ) : (
          <Button look="quiet" disabled={busy} onClick={() => void sendAnother()}>
            {words.another}
          </Button>
        )}
      </section>
    </form>
  )
}

/** The seconds until another code may be asked for, counted down; null for never. A new answer starts it anew. */
function useCountdown(check: Code['check']): number | null {
  const { anotherInSeconds } = check
  const [counted, setCounted] = useState({ check, seconds: 0 })
  const passed = counted.check === check ? counted.seconds : 0
  useEffect(() => {
    if (anotherInSeconds === null || anotherInSeconds === 0) return undefined
    const startedAt = performance.now()
    const timer = window.setInterval(() => {
      const seconds = Math.floor((performance.now() - startedAt) / 1000)
      setCounted({ check, seconds })
      if (seconds >= anotherInSeconds) window.clearInterval(timer)
    }, 1000)
    return () => window.clearInterval(timer)
  }, [check, anotherInSeconds])
  return anotherInSeconds === null ? null : Math.max(0, anotherInSeconds - passed)
}
