import type { LinkQuestion } from '@curtain/protocol'
import { Fragment, useId, useRef, useState, type FormEvent, type ReactNode } from 'react'
import type { DatePart } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/translation.tsx'
import { Button } from '../parts/button.tsx'
import { Verdict, type Asking } from './asking.tsx'
import { noDate, readBirthDate, type DateProblem } from './birth-date.ts'
import { useSecondCheckWords } from './words.ts'

interface BirthDate extends Asking {
  check: Extract<LinkQuestion['check'], { kind: 'birth-date' }>
}

/** Day and year are typed and the month picked by its name, in the order of the reader's language: no calendar to leaf back in. */
export function BirthDateForm({ check, clinic, busy, failure, show }: BirthDate) {
  const words = useSecondCheckWords()
  const { format } = useTranslation()
  const [typed, setTyped] = useState(noDate)
  const [problem, setProblem] = useState<DateProblem | null>(null)
  // What was changed since is not what was wrong.
  const [changed, setChanged] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const messageId = useId()

  function change(part: DatePart, value: string) {
    setTyped({ ...typed, [part]: value })
    setProblem(null)
    setChanged(true)
  }
  async function submit(event: FormEvent) {
    event.preventDefault()
    const read = readBirthDate(typed)
    setProblem('problem' in read ? read.problem : null)
    setChanged(false)
    if ('date' in read) await show({ answer: read.date })
    form.current?.querySelector<HTMLElement>('input, select')?.focus()
  }

  const isWrong = check.answer === 'wrong' && !changed && !busy && problem === null && failure === null
  let message: ReactNode = null
  if (problem !== null) message = words.dateProblems[problem]
  else if (failure !== null) message = failure
  else if (isWrong) message = <Verdict triesLeft={check.triesLeft}>{words.dateWrong}</Verdict>

  const field = { 'aria-describedby': messageId, 'aria-invalid': problem !== null || isWrong, required: true } as const
  const fields: Record<DatePart, ReactNode> = {
    day: (
      <label className="date-part date-day">
        {words.day}
        <input {...field} inputMode="numeric" autoComplete="bday-day" maxLength={2} value={typed.day} onChange={(event) => change('day', event.target.value)} />
      </label>
    ),
    month: (
      <label className="date-part date-month">
        {words.month}
        <select {...field} autoComplete="bday-month" value={typed.month} onChange={(event) => change('month', event.target.value)}>
          <option value="">{words.chooseMonth}</option>
          {format.months.map((name, index) => (
            <option key={name} value={String(index + 1)}>
              {name}
            </option>
          ))}
        </select>
      </label>
    ),
    year: (
      <label className="date-part date-year">
        {words.year}
        <input {...field} inputMode="numeric" autoComplete="bday-year" maxLength={4} value={typed.year} onChange={(event) => change('year', event.target.value)} />
      </label>
    ),
  }
  return (
    <form ref={form} className="second-check" noValidate onSubmit={(event) => void submit(event)}>
      <p>
        {words.birthDateText(clinic)} {words.why}
      </p>
      <fieldset className="date-fields">
        <legend>{words.birthDate}</legend>
        {format.dateOrder.map((part) => (
          <Fragment key={part}>{fields[part]}</Fragment>
        ))}
      </fieldset>
      <p id={messageId} className="verdict" role="alert">
        {message}
      </p>
      <Button look="primary" type="submit" disabled={busy}>
        {busy ? words.checking : words.continue}
      </Button>
    </form>
  )
}
