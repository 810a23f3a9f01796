import { useDeferredValue, useEffect, useState } from 'react'
import './account.css'
import { useAccountWords } from './words.ts'

const shortest = 12
/** From here on it is worth nobody's while to guess. */
const strong = 3

interface PasswordStrengthProps {
  password: string
  /** What an attacker would try first: the person's name, their address. */
  about: readonly string[]
}

type Estimate = (password: string, about: readonly string[]) => number

/** How strong a password is, as a bar and in words, while it is typed. Without the means to tell, it says what is missing. */
export function PasswordStrength({ password, about }: PasswordStrengthProps) {
  const words = useAccountWords()
  const [estimate, setEstimate] = useState<Estimate | null>(null)
  const typed = useDeferredValue(password)

  useEffect(() => {
    // A meter that does not come is no reason not to choose a password.
    import('./estimate-strength.ts').then(({ estimateStrength }) => setEstimate(() => estimateStrength), () => {})
  }, [])

  if (typed === '') return null
  const missing = shortest - typed.length
  const score = missing > 0 ? 0 : (estimate?.(typed, about) ?? null)
  const said = missing > 0 ? words.passwordShort(missing) : score === null ? null : words.strengths[score]
  return (
    <div className="strength">
      <div className="strength-bar" data-score={score ?? 0} aria-hidden="true" />
      <output className={score !== null && score >= strong ? 'field-note field-note-good' : 'field-note'}>{said}</output>
      {score !== null && missing <= 0 && score < strong && <p className="quiet strength-advice">{words.advice}</p>}
    </div>
  )
}
