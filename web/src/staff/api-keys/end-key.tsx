import { Button } from '@mantine/core'
import type { ApiKey } from '@curtain/protocol'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useApiKeyWords } from './words.ts'

interface EndKeyProps {
  apiKey: ApiKey
  /** It has ended; that is said in passing, and the list is to be read again. */
  onDone: (said: string) => void
  onClose: () => void
}

/** Asks whether a key should really end. The safe answer has the focus. */
export function EndKey({ apiKey, onDone, onClose }: EndKeyProps) {
  const words = useApiKeyWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  const end = () =>
    run(async () => {
      await withConfirmation(() => api.endApiKey(apiKey.id))
      onDone(words.ended(apiKey.name))
    })
  return (
    <Dialog title={words.endTitle(apiKey.name)} onClose={onClose}>
      <ul className="settings-points">
        {words.endExplained.map((consequence) => (
          <li key={consequence}>{consequence}</li>
        ))}
      </ul>
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" data-autofocus onClick={onClose}>
          {words.keep}
        </Button>
        <Button color="danger" loading={busy} onClick={() => void end()}>
          {words.end}
        </Button>
      </div>
    </Dialog>
  )
}
