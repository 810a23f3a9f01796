import { Button, Skeleton } from '@mantine/core'
import type { IdentityProvider, SignedIn } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { useOpener } from '../shell/use-opener.ts'
import './identity-providers.css'
import { ProviderForm } from './provider-form.tsx'
import { RemoveProvider } from './remove-provider.tsx'
import { useIdentityProviderWords } from './words.ts'

type Open = { type: 'form'; provider: IdentityProvider | null } | { type: 'remove'; provider: IdentityProvider }

/** On the settings page: by whom staff are signed in, for owners, and for security officers to read. */
export function IdentityProvidersSection({ who }: { who: SignedIn }) {
  const words = useIdentityProviderWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const { value, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.identityProviders(signal), [api]))
  const [open, setOpen] = useState<Open | null>(null)
  const mayManage = mayUse('manageIdentityProviders', who)
  const show = (wanted: Open) => {
    opener.remember()
    setOpen(wanted)
  }
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  const done = (said: string) => {
    close()
    say(said)
    read()
  }
  return (
    <section className="settings-section" aria-labelledby="identity-providers">
      <div className="page-head">
        <h2 id="identity-providers">{words.title}</h2>
        {mayManage && value !== null && (
          <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => show({ type: 'form', provider: null })}>
            {words.add}
          </Button>
        )}
      </div>
      <p>{words.lead}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && (
        <div>
          <output className="visually-hidden">{words.loading}</output>
          <Skeleton height={18} width="60%" />
        </div>
      )}
      {value !== null && (
        <>
          {value.providers.length === 0 && <p className="quiet">{words.none}</p>}
          {value.providers.map((provider) => (
            <Provider
              key={provider.id}
              provider={provider}
              onChange={mayManage ? () => show({ type: 'form', provider }) : null}
              onRemove={mayManage ? () => show({ type: 'remove', provider }) : null}
            />
          ))}
          {mayManage && <Addresses callbackUrl={value.callbackUrl} signedOutUrl={value.signedOutUrl} />}
          {!mayManage && <Notice tone="info">{words.onlyOwner}</Notice>}
        </>
      )}
      {open?.type === 'form' && <ProviderForm provider={open.provider} onSaved={done} onClose={close} />}
      {open?.type === 'remove' && <RemoveProvider provider={open.provider} onRemoved={done} onClose={close} />}
    </section>
  )
}

interface ProviderProps {
  provider: IdentityProvider
  onChange: (() => void) | null
  onRemove: (() => void) | null
}

function Provider({ provider, onChange, onRemove }: ProviderProps) {
  const words = useIdentityProviderWords()
  const { format } = useTranslation()
  const { name, issuer, clientId, domains, newAccounts, trustsSecondFactor, roleClaim } = provider
  const facts = [
    [words.facts.issuer, issuer],
    [words.facts.clientId, clientId],
    [words.facts.domains, format.list(domains)],
    [words.facts.newAccounts, newAccounts === 'wait' ? words.newWait : words.newMake],
    [words.facts.secondFactor, trustsSecondFactor ? words.trusted : words.notTrusted],
    [words.facts.roles, roleClaim === null ? words.byHand : words.byClaim(roleClaim)],
  ]
  return (
    <div className="identity-provider">
      <div className="page-head">
        <h3>{name}</h3>
        {onChange !== null && onRemove !== null && (
          <div className="people-actions">
            <Button size="xs" variant="default" aria-label={words.changeOf(name)} onClick={onChange}>
              {words.change}
            </Button>
            <Button size="xs" variant="default" aria-label={words.removeOf(name)} onClick={onRemove}>
              {words.remove}
            </Button>
          </div>
        )}
      </div>
      <dl className="facts">
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** What whoever runs the provider asks for. */
function Addresses({ callbackUrl, signedOutUrl }: { callbackUrl: string; signedOutUrl: string }) {
  const words = useIdentityProviderWords()
  return (
    <dl className="facts identity-addresses">
      <div>
        <dt>{words.callback}</dt>
        <dd>
          <code>{callbackUrl}</code>
          <span className="quiet">{words.callbackHint}</span>
        </dd>
      </div>
      <div>
        <dt>{words.signedOut}</dt>
        <dd>
          <code>{signedOutUrl}</code>
          <span className="quiet">{words.signedOutHint}</span>
        </dd>
      </div>
    </dl>
  )
}
