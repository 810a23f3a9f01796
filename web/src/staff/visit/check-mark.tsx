import type { CheckStanding, Visit } from '@curtain/protocol'
import { Icon } from '../shell/icons.tsx'
import { useVisitWords } from './words.ts'

/** How somebody's link stands that asks for something: passed, still to come, or locked, so that they need help. */
export function CheckMark({ check: { kind, state } }: { check: CheckStanding }) {
  const words = useVisitWords()
  if (state === 'locked') {
    return (
      <span className="check-locked">
        <Icon name="warning" size={16} /> {words.checkLocked}
      </span>
    )
  }
  return <span className="quiet">{(state === 'passed' ? words.checkPassed : words.checkOpen)[kind]}</span>
}

/** At a visit to which somebody cannot come before the staff help; nothing at others. */
export function LockedLinkMark({ visit }: { visit: Pick<Visit, 'participants'> }) {
  const words = useVisitWords()
  if (visit.participants.every(({ check }) => check?.state !== 'locked')) return null
  return (
    <span className="check-locked">
      <Icon name="warning" size={16} /> {words.linkLocked}
    </span>
  )
}
