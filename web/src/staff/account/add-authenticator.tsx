import { Textarea } from '@mantine/core'
import type { Protection, SignInStep } from '@curtain/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { CodeForm } from '../session/code-form.tsx'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { QrCode } from './qr-code.tsx'
import { useAccountWords } from './words.ts'

interface AddAuthenticatorProps {
  onDone: (changed: { protection: Protection; step: SignInStep }) => void
}

/** Sets an authenticator app up: a picture to scan or a key to type, and a code that proves it worked. */
export function AddAuthenticator({ onDone }: AddAuthenticatorProps) {
  const words = useAccountWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [made, setMade] = useState<{ secret: string; uri: string } | null>(null)
  const { failure, run } = useRequest()
  const begun = useRef(false)

  const begin = useCallback(
    () => void run(async () => setMade(await withConfirmation(() => api.newAuthenticator()))),
    [api, run, withConfirmation],
  )
  useEffect(() => {
    // Each request makes another key, and an effect may run again.
    if (begun.current) return
    begun.current = true
    begin()
  }, [begin])

  if (failure !== null)
    return (
      <FailureNotice failure={failure} onRetry={begin} />
    )
  if (made === null) return <output>{shared.loading}</output>
  return (
    <div className="fields">
      <p>{words.scan}</p>
      <QrCode text={made.uri} label={words.picture} />
      <Textarea
        className="secret-field"
        rows={2}
        label={words.secret}
        description={words.orType}
        value={inGroups(made.secret)}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
      />
      <p>{words.thenCode}</p>
      <CodeForm
        kind="authenticator"
        submit={words.checkCode}
        focusFirst={false}
        onCode={async (code) => onDone(await api.confirmAuthenticator(code))}
      />
    </div>
  )
}

/** As apps show such keys, so that nobody loses their place while typing. */
function inGroups(secret: string): string {
  return secret.replaceAll(/.{4}(?=.)/g, '$& ')
}
