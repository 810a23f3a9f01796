import type { Visit } from '@curtain/protocol'
import { Icon } from '../shell/icons.tsx'
import { useVisitWords } from './words.ts'

/** An open lock with words at a visit that is not end-to-end encrypted; nothing at one that is. */
export function TransportMark({ visit }: { visit: Pick<Visit, 'encryption'> }) {
  const words = useVisitWords()
  if (visit.encryption === 'end-to-end') return null
  return (
    <span className="transport-mark">
      <Icon name="lock-open" size={16} /> {words.transportOnly}
    </span>
  )
}
