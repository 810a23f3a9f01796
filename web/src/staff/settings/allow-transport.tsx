import { Button, Modal } from '@mantine/core'
import type { VisitKind } from '@curtain/protocol'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useSettingsWords } from './words.ts'

interface AllowTransportProps {
  kind: VisitKind
  onAllow: () => void
  onClose: () => void
}

/** Asks whether visits of a kind may really go without end-to-end encryption. The safe answer has the focus. */
export function AllowTransport({ kind, onAllow, onClose }: AllowTransportProps) {
  const words = useSettingsWords()
  const shared = useSharedWords()
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.askTitle(words.kinds[kind])}
      closeButtonProps={{ 'aria-label': shared.close }}
    >
      <div className="dialog-body">
        <ul className="settings-points">
          {words.consequences.map((consequence) => (
            <li key={consequence}>{consequence}</li>
          ))}
        </ul>
        <div className="dialog-actions">
          <Button variant="default" data-autofocus onClick={onClose}>
            {words.keep}
          </Button>
          <Button color="danger" onClick={onAllow}>
            {words.allowIt}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
