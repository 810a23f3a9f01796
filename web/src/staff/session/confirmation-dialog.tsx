import { Button, Modal } from '@mantine/core'
import type { Protection } from '@curtain/protocol'
import { useCallback, useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { CodeForm } from './code-form.tsx'
import { OtherWay, OtherWays } from './other-ways.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { canUsePasskeys, showPasskey } from './passkey.ts'
import { PasswordField } from './password-field.tsx'
import { useSession } from './session.tsx'
import { useSessionWords } from './words.ts'

interface ConfirmationDialogProps {
  onConfirmed: () => void
  onClose: () => void
}

type Way = 'passkey' | 'password' | 'authenticator'

/** “Show again that it is you”: by any of the ways that the account has. */
export function ConfirmationDialog({ onConfirmed, onClose }: ConfirmationDialogProps) {
  const words = useSessionWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const { value, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.protection(signal), [api]))
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.confirmTitle}
      closeButtonProps={{ 'aria-label': shared.close }}
      // Above the dialog whose button was pressed.
      zIndex={210}
    >
      <div className="dialog-body">
        <p>{words.confirmExplained}</p>
        {value === null && failure === null && <output>{shared.loading}</output>}
        {value === null && failure !== null && (
          <FailureNotice failure={failure} onRetry={read} />
        )}
        {value !== null && <Ways ways={waysOf(value)} onConfirmed={onConfirmed} />}
      </div>
    </Modal>
  )
}

function waysOf({ passkeys, hasPassword, authenticator }: Protection): Way[] {
  return [
    ...(passkeys.length > 0 && canUsePasskeys() ? (['passkey'] as const) : []),
    ...(hasPassword ? (['password'] as const) : []),
    ...(authenticator === null ? [] : (['authenticator'] as const)),
  ]
}

function Ways({ ways, onConfirmed }: { ways: readonly Way[]; onConfirmed: () => void }) {
  const words = useSessionWords()
  const { api } = useSession()
  const [chosen, setChosen] = useState<Way | null>(null)
  const way = chosen ?? ways[0]
  if (way === undefined) return <Notice tone="warning">{words.confirmNoWay}</Notice>
  const others = ways.filter((other) => other !== way)
  return (
    <>
      {way === 'passkey' && (
        <PasskeyButton
          focusFirst
          onPress={async () => {
            const { options } = await api.confirmPasskeyOptions()
            await api.confirm({ response: await showPasskey(options) })
            onConfirmed()
          }}
        >
          {words.usePasskey}
        </PasskeyButton>
      )}
      {way === 'password' && <ByPassword onConfirmed={onConfirmed} />}
      {way === 'authenticator' && (
        <CodeForm
          kind="authenticator"
          submit={words.confirm}
          onCode={async (code) => {
            await api.confirm({ code })
            onConfirmed()
          }}
        />
      )}
      {others.length > 0 && (
        <OtherWays label={words.anotherWay}>
          {others.map((other) => (
            <OtherWay key={other} onClick={() => setChosen(other)}>
              {words.ways[other]}
            </OtherWay>
          ))}
        </OtherWays>
      )}
    </>
  )
}

function ByPassword({ onConfirmed }: { onConfirmed: () => void }) {
  const words = useSessionWords()
  const { api } = useSession()
  const [password, setPassword] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const send = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (password === '') return
    void run(async () => {
      await api.confirm({ password })
      onConfirmed()
    })
  }
  return (
    <form className="fields" noValidate onSubmit={send}>
      {failure !== null && <FailureNotice failure={failure} />}
      <PasswordField
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        focusFirst
        error={checked && password === '' ? words.passwordMissing : undefined}
      />
      <Button type="submit" fullWidth loading={busy}>
        {words.confirm}
      </Button>
    </form>
  )
}
