import { ActionIcon, Button, Menu } from '@mantine/core'
import type { ParticipantId, Visit } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { Icon } from '../shell/icons.tsx'
import { canBeCalledOff, endOf, isLive, isOverdue, presentIn, waitingIn } from '../visit/standing.ts'
import { LockedLinkMark } from '../visit/check-mark.tsx'
import { TransportMark } from '../visit/transport-mark.tsx'
import { useVisitWords } from '../visit/words.ts'
import type { VisitDialog } from './visit-dialogs.tsx'
import { useTodayWords } from './words.ts'

interface VisitRowProps {
  visit: Visit
  now: Date
  /** Whether it is the reader's own visit: then it need not be said whose. */
  own: boolean
  /** Whether the reader holds visits, and so can open them. */
  mayOpen: boolean
  onOpen: (dialog: VisitDialog) => void
}

/** One visit in the list: when, who, how it stands, and what can be done about it. */
export function VisitRow({ visit, now, own, mayOpen, onOpen }: VisitRowProps) {
  const words = useTodayWords()
  const visitWords = useVisitWords()
  const { format } = useTranslation()
  const waiting = waitingIn(visit)
  const live = isLive(visit)
  const patient = visit.patient.name
  const expected = visit.participants.find((person) => person.role === 'patient')
  const facts = [
    visitWords.kinds[visit.kind],
    visitWords.minutes(visit.durationMinutes),
    ...(own ? [] : [words.withClinician(visit.clinician.name)]),
  ]
  return (
    <li className="visit" data-waiting={waiting.length > 0 || undefined} data-over={!live || undefined}>
      <div className="visit-time">
        <time dateTime={visit.startsAt}>{format.time(new Date(visit.startsAt))}</time>
        <span className="quiet">{format.time(new Date(endOf(visit)))}</span>
      </div>
      <div className="visit-who">
        <button type="button" className="visit-patient" onClick={() => onOpen({ type: 'details', visitId: visit.id })}>
          {patient}
        </button>
        <span className="quiet">{facts.join(' · ')}</span>
        <TransportMark visit={visit} />
        {isLive(visit) && <LockedLinkMark visit={visit} />}
        {visit.reason && <span className="visit-reason quiet">{visit.reason}</span>}
      </div>
      <Standing visit={visit} now={now} />
      <div className="visit-actions">
        {live && mayOpen && (
          <Button
            component="a"
            href={`/visits/${visit.id}`}
            variant={waiting.length > 0 || visit.status === 'in-progress' ? 'filled' : 'default'}
            leftSection={<Icon name="video" />}
            aria-label={waiting.length > 0 ? words.letInFor(patient) : words.openFor(patient)}
          >
            {waiting.length > 0 ? words.letIn : words.open}
          </Button>
        )}
        {live && expected !== undefined && (
          <Button
            variant="default"
            leftSection={<Icon name="link" />}
            aria-label={words.linkFor(patient)}
            onClick={() => onOpen(linkDialog(visit, expected.id))}
          >
            {words.link}
          </Button>
        )}
        <Menu position="bottom-end" width={230} withinPortal={false} withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={words.more(patient)}>
              <Icon name="more" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<Icon name="info" />}
              onClick={() => onOpen({ type: 'details', visitId: visit.id })}
            >
              {visitWords.details}
            </Menu.Item>
            {canBeCalledOff(visit) && (
              <>
                <Menu.Item
                  leftSection={<Icon name="calendar" />}
                  onClick={() => onOpen({ type: 'change', visitId: visit.id })}
                >
                  {visitWords.change}
                </Menu.Item>
                <Menu.Item
                  leftSection={<Icon name="absent" />}
                  onClick={() => onOpen({ type: 'no-show', visitId: visit.id })}
                >
                  {visitWords.noShow}
                </Menu.Item>
                <Menu.Item
                  color="danger"
                  leftSection={<Icon name="close" />}
                  onClick={() => onOpen({ type: 'cancel', visitId: visit.id })}
                >
                  {visitWords.cancel}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </div>
    </li>
  )
}

function linkDialog(visit: Visit, participantId: ParticipantId): VisitDialog {
  return { type: 'link', visitId: visit.id, participantId }
}

/** How a visit stands, in words with a mark beside them; never by color alone. */
function Standing({ visit, now }: { visit: Visit; now: Date }) {
  const words = useTodayWords()
  const { statuses } = useVisitWords()
  const { format } = useTranslation()
  const waiting = waitingIn(visit)
  const present = presentIn(visit)
  const overdue = isOverdue(visit, now)
  const names = (people: { displayName: string }[]) => format.list(people.map((person) => person.displayName))
  const mark = waiting.length > 0 ? 'waiting' : overdue ? 'overdue' : visit.status
  const said = overdue ? words.overdue : statuses[visit.status]
  return (
    <div className="visit-standing">
      <span className="mark" data-mark={mark}>
        {waiting.length > 0 ? words.waits(names(waiting), waiting.length) : said}
      </span>
      {present.length > 0 && <span className="quiet">{words.hereNow(names(present))}</span>}
    </div>
  )
}
