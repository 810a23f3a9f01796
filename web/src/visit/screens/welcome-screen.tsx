import type { AdmissionTicket } from '@curtain/protocol'
import { useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { PageFrame } from '../parts/page-frame.tsx'
import { BeforeNote } from '../privacy/before-note.tsx'
import { useVisitWords } from '../words/words.ts'

/** The first thing a patient sees: who, when, where, and one button. */
export function WelcomeScreen({ ticket, onStart }: { ticket: AdmissionTicket; onStart: () => void }) {
  const words = useVisitWords()
  const { format } = useTranslation()
  const { visit, participant } = ticket
  const [now] = useState(() => new Date())
  const startsAt = new Date(visit.startsAt)
  return (
    <PageFrame
      clinic={visit.organizationName}
      title={words.welcome.hello(participant.displayName)}
      actions={
        <Button look="primary" onClick={onStart}>
          {words.welcome.start}
        </Button>
      }
    >
      <p className="lead">{words.visitWith(visit.clinicianName)}</p>
      <dl className="facts">
        <div>
          <dt>
            <Icon name="clock" size={20} />
            {words.welcome.when}
          </dt>
          <dd>
            <time dateTime={visit.startsAt}>
              {words.at(format.relativeDay(startsAt, now), format.time(startsAt))}
            </time>
          </dd>
        </div>
        <div>
          <dt>
            <Icon name="camera" size={20} />
            {words.welcome.where}
          </dt>
          <dd>{words.welcome.here}</dd>
        </div>
      </dl>
      <BeforeNote mode={visit.encryption} />
      <p className="quiet">{words.welcome.next}</p>
    </PageFrame>
  )
}
