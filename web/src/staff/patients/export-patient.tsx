import { Button } from '@mantine/core'
import type { PatientId } from '@curtain/protocol'
import { useSharedWords } from '../../i18n/translation.tsx'
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
      download(`curtain-${patientId}.json`, JSON.stringify(document, null, 2))
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

function download(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // Once the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
