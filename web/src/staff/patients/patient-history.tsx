import { Button } from '@mantine/core'
import type { PatientChange, PatientId } from '@curtain/protocol'
import { useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useBirthDay } from './birth-day.ts'
import { usePatientWords } from './words.ts'

/** Who changed what is known of the patient, and how it was before. Read when it is asked for: looking is on record. */
export function PatientHistory({ patientId }: { patientId: PatientId }) {
  const words = usePatientWords()
  const { api } = useSession()
  const [changes, setChanges] = useState<readonly PatientChange[] | null>(null)
  const { busy, failure, run } = useRequest()
  const show = () => run(async () => setChanges((await api.patientHistory(patientId)).changes))
  return (
    <section className="settings-section" aria-labelledby="history">
      <h2 id="history">{words.history}</h2>
      {changes === null && <p className="quiet">{words.historyHint}</p>}
      {failure !== null && <FailureNotice failure={failure} />}
      {changes === null ? (
        <div>
          <Button variant="default" loading={busy} onClick={() => void show()}>
            {words.showHistory}
          </Button>
        </div>
      ) : (
        <ol className="patient-changes">
          {changes.map((change) => (
            <ChangeLine key={change.id} change={change} />
          ))}
        </ol>
      )}
    </section>
  )
}

function ChangeLine({ change }: { change: PatientChange }) {
  const words = usePatientWords()
  const birthDay = useBirthDay()
  const { format } = useTranslation()
  const at = new Date(change.at)
  // Before somebody was registered nothing was known.
  const hasBefore = change.kind !== 'registered'
  const shown = (field: string, value: string | null) => {
    if (value === null) return <span className="quiet">{words.unknown}</span>
    return field === 'birthDate' ? birthDay(value) : value
  }
  return (
    <li>
      <p>
        <strong>{words.kinds[change.kind]}</strong> {words.by(change.by.name)}
        <span className="quiet">
          {' · '}
          <time dateTime={change.at}>
            {format.date(at)}, {format.time(at)}
          </time>
        </span>
      </p>
      {change.fields.length > 0 && (
        <table className="patient-change">
          <thead className="visually-hidden">
            <tr>
              <th scope="col">{words.details}</th>
              {hasBefore && <th scope="col">{words.before}</th>}
              <th scope="col">{words.after}</th>
            </tr>
          </thead>
          <tbody>
            {change.fields.map(({ field, before, after }) => (
              <tr key={field}>
                <th scope="row">{words.fields[field]}</th>
                {hasBefore && <td>{shown(field, before)}</td>}
                <td>{shown(field, after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  )
}
