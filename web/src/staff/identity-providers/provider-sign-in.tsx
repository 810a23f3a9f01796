import { Button } from '@mantine/core'
import { email as emailSchema, isErrorCode, type ProviderName } from '@curtain/protocol'
import { useEffect, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { RequestFailed } from '../api/request-failed.ts'
import { useRequest } from '../api/use-request.ts'
import { useAddress } from '../router/location.ts'
import { ownPath } from '../router/own-path.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { forgetSignOutOffer, signOutOffer } from './sign-out-offer.ts'
import { useIdentityProviderWords } from './words.ts'

const typingPauseMs = 300

/** The provider that an address leads to, once it is typed. */
function useProvider(email: string): ProviderName | null {
  const { api } = useSession()
  const [found, setFound] = useState<{ domain: string; provider: ProviderName | null } | null>(null)
  const read = emailSchema.safeParse(email)
  const address = read.success ? read.data : null
  const domain = address?.split('@')[1] ?? null
  const isKnown = domain === null || found?.domain === domain
  useEffect(() => {
    const controller = new AbortController()
    const ask = async () => {
      if (isKnown || address === null) return
      const { provider } = await api.providerFor(address, controller.signal)
      setFound({ domain, provider })
    }
    // Without an answer there is still the password.
    const pause = setTimeout(() => void ask().catch(() => {}), typingPauseMs)
    return () => {
      clearTimeout(pause)
      controller.abort()
    }
  }, [api, address, domain, isKnown])
  return found !== null && found.domain === domain ? found.provider : null
}

/** On the sign-in page: the way by the organization's own account, for addresses that have one. */
export function ProviderSignIn({ email }: { email: string }) {
  const words = useIdentityProviderWords()
  const say = useAnnouncer()
  const { api } = useSession()
  const provider = useProvider(email)
  const next = ownPath(useAddress().searchParams.get('next'))
  const { busy, failure, run } = useRequest()
  const name = provider?.name

  useEffect(() => {
    if (name !== undefined) say(words.offered(name))
  }, [name, say, words])

  if (provider === null) return null
  const go = () => run(async () => location.assign((await api.startProviderSignIn(provider.id, next)).url))
  return (
    <div className="fields">
      <p className="quiet">{words.or}</p>
      {failure !== null && <FailureNotice failure={failure} />}
      <Button variant="default" fullWidth loading={busy} onClick={() => void go()}>
        {words.signInWith(provider.name)}
      </Button>
    </div>
  )
}

/** Why a provider did not lead back to where it should have: the server says so in the address. */
export function ProviderRefusal() {
  const shared = useSharedWords()
  const refused = useAddress().searchParams.get('refused')
  if (refused === null || !isErrorCode(refused)) return null
  // Nothing went wrong: it takes its time.
  if (refused === 'account-waiting') return <Notice tone="info">{shared.sentence(refused)}</Notice>
  return <FailureNotice failure={new RequestFailed(refused)} />
}

/** After signing out: the session at the provider is another one. */
export function ProviderSignOut() {
  const words = useIdentityProviderWords()
  const [offer] = useState(signOutOffer)
  useEffect(() => forgetSignOutOffer, [])
  if (offer === null) return null
  const { name } = offer.provider
  return (
    <div className="fields">
      <Notice tone="info" title={words.signedOutHere}>
        {words.stillThere(name)}
      </Notice>
      <Button component="a" variant="default" fullWidth href={offer.url}>
        {words.signOutThere(name)}
      </Button>
    </div>
  )
}
