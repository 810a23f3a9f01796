import { TextInput } from '@mantine/core'
import type { Ref } from 'react'
import { useSessionWords } from './words.ts'

interface EmailFieldProps {
  value: string
  onChange: (value: string) => void
  isWrong: boolean
  ref?: Ref<HTMLInputElement>
}

/** The address that an account is known by, as password managers fill it in. */
export function EmailField({ value, onChange, isWrong, ref }: EmailFieldProps) {
  const words = useSessionWords()
  return (
    <TextInput
      {...(ref && { ref })}
      label={words.email}
      type="email"
      name="email"
      autoComplete="username"
      inputMode="email"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={254}
      required
      withAsterisk={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={isWrong ? words.emailWrong : undefined}
    />
  )
}
