import { PasswordInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useSessionWords } from './words.ts'

interface PasswordFieldProps {
  /** “Password”, where there is but one to ask for. */
  label?: string
  value: string
  onChange: (value: string) => void
  /** Tells password managers whether to fill in the one they know or to offer to make one. */
  autoComplete: 'current-password' | 'new-password'
  description?: string
  error?: string | undefined
  /** Whether it has the focus at once. */
  focusFirst?: boolean
}

/** A password that can be shown while it is typed, by pointer and by keyboard. Pasting is welcome. */
export function PasswordField({ label, value, onChange, autoComplete, description, error, focusFirst = false }: PasswordFieldProps) {
  const words = useSessionWords()
  const [visible, setVisible] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (focusFirst) field.current?.focus()
  }, [focusFirst])
  return (
    <PasswordInput
      ref={field}
      // A dialog that opens with it looks for this.
      data-autofocus={focusFirst || undefined}
      label={label ?? words.password}
      name={autoComplete}
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
