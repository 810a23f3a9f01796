import { Button } from '@mantine/core'
import type { PatientId } from '@curtain/protocol'
import { useSharedWords } from '../../i18n/translation.tsx'
import { download } from '../api/download.ts'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useRecordWords } from './record-words.ts'

interface ExportPatientProps {
  patientId: PatientId
  onExported: () => void
  onClose: () => void
}

/** Hands over everything about a patient as a file. Its name is the record's id: names of files are in many lists. */
export function ExportPatient({ patientId, onExported, onClose }: ExportPatientProps) {
  const words = useRecordWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  const make = () =>
    run(async () => {
      const document = await withConfirmation(() => api.exportPatient(patientId))
      download(`curtain-${patientId}.json`, new Blob([JSON.stringify(document, null, 2)], { type: 'application/json' }))
      onExported()
    })
  return (
    <Dialog title={words.exportTitle} onClose={onClose}>
      <ul className="settings-points">
        {words.exportExplained.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {shared.cancel}
        </Button>
        <Button data-autofocus loading={busy} onClick={() => void make()}>
          {words.exportNow}
        </Button>
      </div>
    </Dialog>
  )
}
