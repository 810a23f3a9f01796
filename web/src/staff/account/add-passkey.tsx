import { TextInput } from '@mantine/core'
import { newPasskeyInput, type Protection, type SignInStep } from '@curtain/protocol'
import { useState } from 'react'
import { useConfirmation } from '../session/confirm.tsx'
import { PasskeyButton } from '../session/passkey-button.tsx'
import { makePasskey } from '../session/passkey.ts'
import { useSession } from '../session/session.tsx'
import { useAccountWords } from './words.ts'

interface AddPasskeyProps {
  onDone: (changed: { protection: Protection; step: SignInStep }, name: string) => void
}

/** Makes a passkey under a name of the person's choice. */
export function AddPasskey({ onDone }: AddPasskeyProps) {
  const words = useAccountWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [name, setName] = useState(words.passkeySuggestion)
  const [checked, setChecked] = useState(false)
  const read = newPasskeyInput.shape.name.safeParse(name)

  const make = async () => {
    setChecked(true)
    if (!read.success) return
    const { options } = await withConfirmation(() => api.newPasskeyOptions())
    const response = await makePasskey(options)
    onDone(await api.addPasskey(response, read.data), read.data)
  }
  return (
    <div className="fields">
      <TextInput
        label={words.passkeyName}
        description={words.passkeyNameHint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="off"
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={checked && !read.success ? words.passkeyNameWrong : undefined}
      />
      <PasskeyButton focusFirst onPress={make}>
        {words.makePasskey}
      </PasskeyButton>
    </div>
  )
}
