import type { PatientId } from '@curtain/protocol'
import { Icon } from '../shell/icons.tsx'
import { PageLink } from '../shell/page-link.tsx'
import './access-log.css'
import { useLogWords } from './words.ts'

/** Leads from a patient's page to who saw them. */
export function AccessLogSection({ patientId }: { patientId: PatientId }) {
  const words = useLogWords()
  return (
    <section className="settings-section" aria-labelledby="access-log">
      <h2 id="access-log">{words.accessLog}</h2>
      <p className="quiet">
        {words.accessLogHint} {words.accessLogOnRecord}
      </p>
      <PageLink className="access-log-link" to={`/patients/${patientId}/access-log`}>
        {words.accessLogShow} <Icon name="forward" />
      </PageLink>
    </section>
  )
}
