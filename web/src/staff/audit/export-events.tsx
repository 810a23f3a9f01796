import { Button, Radio } from '@mantine/core'
import { auditExportFormat, type AuditFilter } from '@curtain/protocol'
import { useState } from 'react'
import type { z } from 'zod'
import { useSharedWords } from '../../i18n/translation.tsx'
import { download } from '../api/download.ts'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { dayOf } from '../time/calendar-day.ts'
import { useLogWords } from './words.ts'

type Format = z.output<typeof auditExportFormat>
const formats = ['csv', 'ndjson', 'fhir', 'log'] as const satisfies Format[]
const endings: Record<Format, string> = { csv: 'csv', ndjson: 'ndjson', fhir: 'fhir.json', log: 'log.ndjson' }

interface ExportEventsProps {
  filter: AuditFilter
  onExported: () => void
  onClose: () => void
}

/** Hands over what is looked for, or the whole log, as a file. */
export function ExportEvents({ filter, onExported, onClose }: ExportEventsProps) {
  const words = useLogWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  const [format, setFormat] = useState<Format>('csv')
  const make = () =>
    run(async () => {
      const input = format === 'log' ? { format } : { format, filter }
      const file = await withConfirmation(() => api.exportLog(input))
      download(`curtain-audit-${dayOf(new Date())}.${endings[format]}`, file)
      onExported()
    })
  return (
    <Dialog title={words.exportTitle} onClose={onClose}>
      <Radio.Group
        label={words.format}
        value={format}
        onChange={(value) => setFormat(auditExportFormat.catch('csv').parse(value))}
      >
        <div className="settings-choices">
          {formats.map((one) => (
            <Radio key={one} value={one} label={words.formats[one]} description={words.formatHints[one]} />
          ))}
        </div>
      </Radio.Group>
      {format !== 'log' && <p>{words.exportWhat(Object.keys(filter).length > 0)}</p>}
      <p className="quiet">{words.exportNote}</p>
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {shared.cancel}
        </Button>
        <Button loading={busy} onClick={() => void make()}>
          {words.exportNow}
        </Button>
      </div>
    </Dialog>
  )
}
