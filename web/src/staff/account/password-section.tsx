import { Button } from '@mantine/core'
import type { SignedIn } from '@curtain/protocol'
import { useSharedWords, useTranslation } from '../../i18n/translation.tsx'
import type { SectionProps } from './account-page.tsx'
import { Dialog } from './dialog.tsx'
import { PasswordForm } from './password-form.tsx'
import { useDialog } from './use-dialog.ts'
import { useAccountWords } from './words.ts'

/** The password: since when, and another one. */
export function PasswordSection({ who, protection, onChanged }: SectionProps & { who: SignedIn }) {
  const words = useAccountWords()
  const shared = useSharedWords()
  const { format } = useTranslation()
  const { open, show, close, done } = useDialog<'form'>()
  const { hasPassword, passwordChangedAt } = protection
  const title = hasPassword ? words.changePassword : words.setPassword
  return (
    <section className="settings-section" aria-labelledby="password">
      <h2 id="password">{words.password}</h2>
      <p>
        {hasPassword && passwordChangedAt !== null
          ? words.passwordChanged(format.date(new Date(passwordChangedAt)))
          : words.noPassword}
      </p>
      <div className="account-actions">
        <Button variant="default" onClick={() => show('form')}>
          {title}
        </Button>
      </div>
      {open !== null && (
        <Dialog title={title} onClose={close}>
          {hasPassword && <p>{words.passwordEndsOthers}</p>}
          <PasswordForm
            email={who.user.email}
            asksCurrent={hasPassword}
            about={[who.user.name, who.user.email, who.organization.name]}
            submit={words.save}
            onDone={({ protection: changed }) => {
              onChanged(changed)
              done(words.passwordSaved)
            }}
          >
            <Button variant="default" onClick={close}>
              {shared.cancel}
            </Button>
          </PasswordForm>
        </Dialog>
      )}
    </section>
  )
}
