import { Button, Drawer } from '@mantine/core'
import type { ParticipantId, Visit, VisitParticipant } from '@curtain/protocol'
import { useSharedWords, useTranslation } from '../../i18n/translation.tsx'
import { Icon } from '../shell/icons.tsx'
import { CheckMark } from './check-mark.tsx'
import { InviteGuest } from './invite-guest.tsx'
import { endOf, isLive } from './standing.ts'
import { TransportMark } from './transport-mark.tsx'
import { useVisitWords } from './words.ts'

interface VisitDetailsProps {
  visit: Visit
  /** Asks for a new link for somebody expected. */
  onLink: (participantId: ParticipantId) => void
  /** A guest was added: the visit is to be read again. */
  onChanged: () => void
  onClose: () => void
}

/** Everything on record about one visit, and its people with how they stand. */
export function VisitDetails({ visit, onLink, onChanged, onClose }: VisitDetailsProps) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const { format } = useTranslation()
  const startsAt = new Date(visit.startsAt)
  const live = isLive(visit)
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="sm"
      title={visit.patient.name}
      closeButtonProps={{ 'aria-label': shared.close }}
    >
      <div className="dialog-body">
        <dl className="facts">
          <dt>{words.when}</dt>
          <dd>
            {format.day(startsAt)}
            <br />
            {format.time(startsAt)} – {format.time(new Date(endOf(visit)))} · {words.minutes(visit.durationMinutes)}
          </dd>
          <dt>{words.kind}</dt>
          <dd>{words.kinds[visit.kind]}</dd>
          <dt>{words.encryption}</dt>
          <dd>
            {visit.encryption === 'end-to-end' ? (
              words.endToEndExplained
            ) : (
              <>
                <TransportMark visit={visit} />
                <br />
                {words.transportExplained}
              </>
            )}
          </dd>
          <dt>{words.with}</dt>
          <dd>{visit.clinician.name}</dd>
          <dt>{words.status}</dt>
          <dd>{words.statuses[visit.status]}</dd>
          {visit.reason !== null && (
            <>
              <dt>{words.reasonLabel}</dt>
              <dd className="reason">{visit.reason || <span className="quiet">{words.noReason}</span>}</dd>
            </>
          )}
        </dl>
        <section aria-labelledby="people">
          <h3 id="people">{words.people}</h3>
          <ul className="people">
            {visit.participants.map((person) => (
              <li key={person.id}>
                <Icon name="person" />
                <span className="person">
                  <strong>{person.displayName}</strong>
                  <span className="quiet">
                    {words.roles[person.role]} · {standing(person, words)}
                  </span>
                  {person.check !== null && <CheckMark check={person.check} />}
                </span>
                {live && person.role !== 'host' && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={words.linkFor(person.displayName)}
                    onClick={() => onLink(person.id)}
                  >
                    {words.newLink}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </section>
        {live && <InviteGuest visitId={visit.id} onInvited={onChanged} />}
      </div>
    </Drawer>
  )
}

function standing(person: VisitParticipant, words: ReturnType<typeof useVisitWords>): string {
  if (person.present && person.admission === 'waiting') return words.isWaiting
  if (person.present && person.admission === 'admitted') return words.isIn
  return words.admissions[person.admission]
}
