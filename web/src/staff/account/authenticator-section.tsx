import { Button } from '@mantine/core'
import { useTranslation } from '../../i18n/translation.tsx'
import { useSession } from '../session/session.tsx'
import { Question } from '../shell/question.tsx'
import type { SectionProps } from './account-page.tsx'
import { AddAuthenticator } from './add-authenticator.tsx'
import { Dialog } from './dialog.tsx'
import { useDialog } from './use-dialog.ts'
import { useAccountWords } from './words.ts'

/** The authenticator app: whether there is one, another in its place, and none. */
export function AuthenticatorSection({ protection, onChanged }: SectionProps) {
  const words = useAccountWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const { open, show, close, done } = useDialog<'add' | 'remove'>()
  const { authenticator } = protection
  const addLabel = authenticator === null ? words.addAuthenticator : words.replaceAuthenticator
  return (
    <section className="settings-section" aria-labelledby="authenticator">
      <h2 id="authenticator">{words.authenticator}</h2>
      <p className="quiet">{words.authenticatorExplained}</p>
      <p>
        {authenticator === null
          ? words.noAuthenticator
          : words.authenticatorSince(format.date(new Date(authenticator.createdAt)))}
      </p>
      <div className="account-actions">
        <Button variant="default" onClick={() => show('add')}>
          {addLabel}
        </Button>
        {authenticator !== null && (
          <Button variant="default" aria-label={words.removeOf(words.authenticator)} onClick={() => show('remove')}>
            {words.remove}
          </Button>
        )}
      </div>
      {open === 'add' && (
        <Dialog title={addLabel} onClose={close}>
          <AddAuthenticator
            onDone={({ protection: changed }) => {
              onChanged(changed)
              done(words.authenticatorAdded)
            }}
          />
        </Dialog>
      )}
      {open === 'remove' && (
        <Question
          title={words.removeAuthenticatorTitle}
          keep={words.keep}
          act={words.remove}
          onClose={close}
          onAct={async () => {
            onChanged(await api.removeAuthenticator())
            done(words.removed)
          }}
        >
          <p>{words.removeAuthenticatorExplained}</p>
        </Question>
      )}
    </section>
  )
}
