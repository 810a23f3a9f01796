import type { SignedIn } from '@curtain/protocol'
import { lazy, Suspense } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { IdentityProvidersSection } from '../identity-providers/identity-providers-section.tsx'
import { mayUse } from '../session/access.ts'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { EncryptionSettings } from './encryption-settings.tsx'
import { LinkSettings } from './link-settings.tsx'
import { useSettings } from './use-settings.ts'
import { useSettingsWords } from './words.ts'

// For those who run or watch over access alone.
const SecuritySection = lazy(async () => ({ default: (await import('../security/security-section.tsx')).SecuritySection }))

/** `/settings`: what the organization decides for all its visits. Everybody may read it. */
export function SettingsPage({ who }: { who: SignedIn }) {
  const words = useSettingsWords()
  const shared = useSharedWords()
  const { settings, failure, read, allowTransport, chooseCheck } = useSettings()
  const mayChange = mayUse('changeSettings', who)
  return (
    <div className="settings">
      <div>
        <PageHeading name={words.title}>{words.title}</PageHeading>
        <p className="quiet">{words.of(who.organization.name)}</p>
      </div>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {settings !== null && (
        <EncryptionSettings
          allowed={settings.transportVisits}
          onAllow={mayChange ? allowTransport : null}
          onFailed={read}
        />
      )}
      {settings !== null && (
        <LinkSettings settings={settings} onChoose={mayChange ? chooseCheck : null} onFailed={read} />
      )}
      {settings === null && failure === null && <LoadingSection label={words.loading} widths={[30, 88, 74, 52, 46, 50]} height={18} />}
      {mayUse('security', who) && (
        <Suspense fallback={<output className="page-loading">{shared.loading}</output>}>
          <SecuritySection who={who} />
        </Suspense>
      )}
      {mayUse('identityProviders', who) && <IdentityProvidersSection who={who} />}
    </div>
  )
}
