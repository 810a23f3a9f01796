import { Button } from '@mantine/core'
import { useSharedWords } from '../../i18n/translation.tsx'

interface FormActionsProps {
  /** What the button says that sends the form. */
  act: string
  busy: boolean
  disabled?: boolean
  onCancel: () => void
}

/** Beneath the form of a dialog: leaves it, or sends it. */
export function FormActions({ act, busy, disabled = false, onCancel }: FormActionsProps) {
  const shared = useSharedWords()
  return (
    <div className="dialog-actions">
      <Button variant="default" onClick={onCancel}>
        {shared.cancel}
      </Button>
      <Button type="submit" loading={busy} disabled={disabled}>
        {act}
      </Button>
    </div>
  )
}
