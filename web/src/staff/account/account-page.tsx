import type { Me, Protection } from '@curtain/protocol'
import { LinkIdentity } from '../identity-providers/link-identity.tsx'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import './account.css'
import { AuthenticatorSection } from './authenticator-section.tsx'
import { PasskeysSection } from './passkeys-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { RecoverySection } from './recovery-section.tsx'
import { SessionsSection } from './sessions-section.tsx'
import { SignInsSection } from './sign-ins-section.tsx'
import { useProtection } from './use-protection.ts'
import { useAccountWords } from './words.ts'

/** What a section of the page gets: how the account is protected, and whom to tell of a change. */
export interface SectionProps {
  protection: Protection
  /** The protection there is now, and what to say in passing. */
  onChanged: (protection: Protection) => void
}

/** `/account`: how one's own account is protected, where it is signed in, and who has tried to. */
export function AccountPage({ who }: { who: Me }) {
  const words = useAccountWords()
  const { value: protection, failure, read, replace } = useProtection()
  return (
    <div className="settings account">
      <div>
        <PageHeading name={words.title}>{words.title}</PageHeading>
        <p className="quiet">{words.of(who.user.name, who.user.email)}</p>
      </div>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {protection === null && failure === null && <LoadingSection label={words.loading} widths={[30, 64, 48, 56]} height={18} />}
      {protection !== null && (
        <>
          <PasswordSection who={who} protection={protection} onChanged={replace} />
          <PasskeysSection protection={protection} onChanged={replace} />
          <AuthenticatorSection protection={protection} onChanged={replace} />
          <RecoverySection left={protection.recoveryCodesLeft} onMade={read} />
        </>
      )}
      <LinkIdentity />
      <SessionsSection />
      <SignInsSection />
    </div>
  )
}
