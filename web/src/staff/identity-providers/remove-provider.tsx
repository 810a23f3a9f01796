import { Button, Modal } from '@mantine/core'
import type { IdentityProvider } from '@curtain/protocol'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useIdentityProviderWords } from './words.ts'

interface RemoveProviderProps {
  provider: IdentityProvider
  onRemoved: (said: string) => void
  onClose: () => void
}

/** Asks whether nobody is to come in by a provider any more. The safe answer has the focus. */
export function RemoveProvider({ provider, onRemoved, onClose }: RemoveProviderProps) {
  const words = useIdentityProviderWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  const remove = () =>
    run(async () => {
      await withConfirmation(() => api.removeIdentityProvider(provider.id))
      onRemoved(words.removed(provider.name))
    })
  return (
    <Modal opened onClose={onClose} title={words.removeTitle(provider.name)} closeButtonProps={{ 'aria-label': shared.close }}>
      <div className="dialog-body">
        <ul className="settings-points">
          {words.removeExplained.map((consequence) => (
            <li key={consequence}>{consequence}</li>
          ))}
        </ul>
        {failure !== null && <FailureNotice failure={failure} />}
        <div className="dialog-actions">
          <Button variant="default" data-autofocus onClick={onClose}>
            {words.keep}
          </Button>
          <Button color="danger" loading={busy} onClick={() => void remove()}>
            {words.remove}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
