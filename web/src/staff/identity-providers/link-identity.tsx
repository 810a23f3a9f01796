import { Button } from '@mantine/core'
import { useCallback } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { ProviderRefusal } from './provider-sign-in.tsx'
import { useIdentityProviderWords } from './words.ts'

/** On one's account page: with which identity provider it is linked, or can be. Nothing where there is none. */
export function LinkIdentity() {
  const words = useIdentityProviderWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { value } = useFresh(useCallback((signal: AbortSignal) => api.ownIdentity(signal), [api]))
  const { busy, failure, run } = useRequest()
  if (value === null) return null
  const { linked, available } = value
  if (linked.length === 0 && available === null) return null
  const link = () => run(async () => location.assign((await withConfirmation(() => api.startLinking())).url))
  return (
    <section className="settings-section" aria-labelledby="identity">
      <h2 id="identity">{words.own}</h2>
      <ProviderRefusal />
      {linked.map(({ provider, since }) => (
        <p key={provider.id}>
          <strong>{words.linkedWith(provider.name, format.date(new Date(since)))}</strong> {words.linkedMeans}
        </p>
      ))}
      {available !== null && (
        <>
          <p>{words.canLink(available.name)}</p>
          {failure !== null && <FailureNotice failure={failure} />}
          <div className="account-actions">
            <Button variant="default" loading={busy} onClick={() => void link()}>
              {words.link(available.name)}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}
