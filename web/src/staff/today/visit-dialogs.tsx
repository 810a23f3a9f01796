import type { ParticipantId, SignedIn, Visit, VisitId } from '@curtain/protocol'
import { useAnnouncer } from '../shell/announcer.tsx'
import type { CalendarDay } from '../time/calendar-day.ts'
import { CallOffVisit } from '../visit/call-off-visit.tsx'
import { ChangeVisit } from '../visit/change-visit.tsx'
import { LinkDialog } from '../visit/link-dialog.tsx'
import { NewVisit } from '../visit/new-visit.tsx'
import { VisitDetails } from '../visit/visit-details.tsx'

/** The one dialog that is open over the list. */
export type VisitDialog =
  | { type: 'new' }
  | { type: 'details' | 'change' | 'cancel' | 'no-show'; visitId: VisitId }
  | { type: 'link'; visitId: VisitId; participantId: ParticipantId }

interface VisitDialogsProps {
  who: SignedIn
  dialog: VisitDialog | null
  visits: readonly Visit[]
  day: CalendarDay
  now: Date
  onOpen: (dialog: VisitDialog) => void
  onClose: () => void
  /** Closes it after a change that may move its visit elsewhere in the list. */
  onDone: () => void
  /** Visits were changed: read them again. */
  onChanged: () => void
}

/** Shows the open dialog, with its visit as it stands now. */
export function VisitDialogs({ who, dialog, visits, day, now, onOpen, onClose, onDone, onChanged }: VisitDialogsProps) {
  const say = useAnnouncer()
  if (dialog === null) return null
  if (dialog.type === 'new') return <NewVisit who={who} day={day} now={now} onMade={onChanged} onClose={onClose} />
  const visit = visits.find(({ id }) => id === dialog.visitId)
  if (visit === undefined) return null
  if (dialog.type === 'link') {
    const person = visit.participants.find(({ id }) => id === dialog.participantId)
    if (person === undefined) return null
    const close = () => {
      onClose()
      onChanged()
    }
    return <LinkDialog visitId={visit.id} person={person} onClose={close} />
  }
  const done = (said: string) => {
    onDone()
    say(said)
    onChanged()
  }
  if (dialog.type === 'details')
    return (
      <VisitDetails
        visit={visit}
        onLink={(participantId) => onOpen({ type: 'link', visitId: visit.id, participantId })}
        onChanged={onChanged}
        onClose={onClose}
      />
    )
  if (dialog.type === 'change') return <ChangeVisit visit={visit} now={now} onDone={done} onClose={onClose} />
  return <CallOffVisit visit={visit} how={dialog.type} onDone={done} onClose={onClose} />
}
