import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useSessionWords } from './words.ts'

interface PasswordFieldProps {
  value: string
  onChange: (value: string) => void
  /** Tells password managers whether to fill in the one they know or to offer to make one. */
  autoComplete: 'current-password' | 'new-password'
  description?: string
  error?: string | undefined
}

/** A password that can be shown while it is typed, by pointer and by keyboard. Pasting is welcome. */
export function PasswordField({ value, onChange, autoComplete, description, error }: PasswordFieldProps) {
  const words = useSessionWords()
  const [visible, setVisible] = useState(false)
  return (
    <PasswordInput
      label={words.password}
      name="password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete={autoComplete}
      maxLength={256}
      required
      withAsterisk={false}
      description={description}
      error={error}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      visible={visible}
      onVisibilityChange={setVisible}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': visible ? words.hide : words.show, 'aria-pressed': undefined }}
    />
  )
}
