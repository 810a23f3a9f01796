import { Button } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PasskeyDeclined, preparePasskeys } from './passkey.ts'
import { useSessionWords } from './words.ts'

interface PasskeyButtonProps {
  children: ReactNode
  /** Makes or shows a passkey and tells the server. @throws PasskeyDeclined, RequestFailed */
  onPress: () => Promise<void>
  /** Whether it has the focus at once. */
  focusFirst?: boolean
}

/** A button that opens the browser's own dialog for passkeys, and says what came of it if that was nothing. */
export function PasskeyButton({ children, onPress, focusFirst = false }: PasskeyButtonProps) {
  const words = useSessionWords()
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<RequestFailed | PasskeyDeclined | null>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(preparePasskeys, [])
  useEffect(() => {
    if (focusFirst) button.current?.focus()
  }, [focusFirst])

  const press = async () => {
    setBusy(true)
    setTrouble(null)
    try {
      await onPress()
    } catch (error) {
      setTrouble(error instanceof PasskeyDeclined ? error : asFailure(error))
    }
    setBusy(false)
  }
  return (
    <div className="fields">
      {trouble instanceof PasskeyDeclined && (
        <Notice tone="warning">{trouble.isKnown ? words.passkeyKnown : words.passkeyDeclined}</Notice>
      )}
      {trouble !== null && !(trouble instanceof PasskeyDeclined) && <FailureNotice failure={trouble} />}
      <Button
        ref={button}
        data-autofocus={focusFirst || undefined}
        fullWidth
        leftSection={<Icon name="key" />}
        loading={busy}
        onClick={() => void press()}
      >
        {children}
      </Button>
    </div>
  )
}
