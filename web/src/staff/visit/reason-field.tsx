import { Textarea } from '@mantine/core'
import { useVisitWords } from './words.ts'

interface ReasonFieldProps {
  value: string
  onChange: (reason: string) => void
  isWrong: boolean
}

/** Why a visit takes place, in a few words, for the clinicians who hold it. */
export function ReasonField({ value, onChange, isWrong }: ReasonFieldProps) {
  const words = useVisitWords()
  return (
    <Textarea
      label={words.reason}
      description={words.reasonHint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      rows={2}
      maxLength={2000}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={isWrong ? words.reasonWrong : undefined}
    />
  )
}
