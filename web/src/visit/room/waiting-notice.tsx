import type { VisitSnapshot } from '@curtain/client'
import { Button } from '../parts/button.tsx'
import { useVisitWords } from '../words/words.ts'
import type { HostActions } from './people-list.tsx'

interface WaitingNotice {
  snapshot: VisitSnapshot
  actions: Pick<HostActions, 'admit' | 'refuse'>
  onShowPeople: () => void
}

/** For a host: who has waited longest, with the choice at hand. The others are in the list of people. */
export function WaitingNotice({ snapshot, actions, onShowPeople }: WaitingNotice) {
  const words = useVisitWords()
  const [first] = snapshot.waiting
  if (first === undefined) return null
  const { displayName: name } = first
  const others = snapshot.waiting.length - 1
  return (
    <section className="banner banner-action" aria-label={words.host.isWaiting(name)}>
      <span className="banner-words">
        <strong>{words.host.isWaiting(name)}</strong>
        {first.confirmedBy !== null && <span className="small"> ({words.host.confirmedBy[first.confirmedBy]})</span>}
        {!first.connected && <span className="small"> ({words.host.away})</span>}
        {others > 0 && (
          <button type="button" className="link-button" onClick={onShowPeople}>
            {words.host.moreWaiting(others)}
          </button>
        )}
      </span>
      <span className="banner-choice">
        <Button look="primary" icon="check" aria-label={words.host.admitOne(name)} onClick={() => actions.admit(first.id)}>
          {words.host.admit}
        </Button>
        <Button aria-label={words.host.refuseOne(name)} onClick={() => actions.refuse(first)}>
          {words.host.refuse}
        </Button>
      </span>
    </section>
  )
}
