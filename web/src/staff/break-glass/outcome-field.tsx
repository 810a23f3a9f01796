import { Radio } from '@mantine/core'
import { reviewOutcome, type ReviewOutcome } from '@curtain/protocol'
import { Notice } from '../shell/notice.tsx'
import { useBreakGlassWords } from './words.ts'

interface OutcomeFieldProps {
  /** Null until one is chosen. */
  value: ReviewOutcome | null
  onChange: (outcome: ReviewOutcome | null) => void
  /** Whether it was tried to go on, and none may be missing any more. */
  checked: boolean
}

/** Whether something that somebody did was justified, and what the law may ask for if it was not. */
export function OutcomeField({ value, onChange, checked }: OutcomeFieldProps) {
  const words = useBreakGlassWords()
  return (
    <>
      <Radio.Group
        label={words.question}
        value={value}
        onChange={(chosen) => onChange(reviewOutcome.safeParse(chosen).data ?? null)}
        error={checked && value === null ? words.outcomeMissing : undefined}
      >
        <div className="encryption-modes">
          {reviewOutcome.options.map((outcome) => (
            <Radio key={outcome} value={outcome} label={words.outcomes[outcome]} />
          ))}
        </div>
      </Radio.Group>
      {value === 'not-justified' && <Notice tone="info">{words.notJustifiedHint}</Notice>}
    </>
  )
}
