import type { VisitSnapshot } from '@curtain/client'
import { useEffect, useRef } from 'react'
import { useSay } from '../parts/notices.tsx'
import { isSecuring } from '../privacy/privacy-state.ts'
import { useVisitWords } from '../words/words.ts'
import { afterArrivals, knownAtFirst } from './arrivals.ts'
import { liveStream } from './tile.tsx'

/** Says what changed in the room: who came, went or waits, who shares a screen, the lock, and being muted. */
export function useRoomNews(snapshot: VisitSnapshot): void {
  const words = useVisitWords()
  const say = useSay()
  const before = useRef(snapshot)
  const known = useRef(knownAtFirst(snapshot))

  useEffect(() => {
    const last = before.current
    before.current = snapshot
    if (last === snapshot) return
    if (last.phase !== 'joined' || snapshot.phase !== 'joined') {
      known.current = knownAtFirst(snapshot)
      return
    }
    // After a drop the list is read afresh: who was away and is back has not joined anew.
    const { notice } = words
    const arrivals = afterArrivals(known.current, snapshot)
    known.current = arrivals.known
    for (const name of arrivals.joined) say(notice.joined(name))
    for (const name of arrivals.left) say(notice.left(name))

    const waitingBefore = new Set(last.waiting.map(({ id }) => id))
    for (const { id, displayName } of snapshot.waiting) if (!waitingBefore.has(id)) say(notice.waits(displayName))

    const sharedBefore = sharingIn(last).map(({ id }) => id)
    for (const { id, displayName } of sharingIn(snapshot)) {
      if (!sharedBefore.includes(id)) say(notice.sharing(displayName))
    }
    const mayLock = snapshot.grants.has('moderate')
    if (mayLock && last.locked !== snapshot.locked) say(snapshot.locked ? notice.locked : notice.unlocked)
    if (!last.mutedByHost && snapshot.mutedByHost) say(notice.mutedByHost)
  }, [snapshot, say, words])
}

/** Whose screen can be seen. */
function sharingIn({ participants, encryption }: VisitSnapshot) {
  return participants.filter((one) => liveStream(one, 'screen') !== null && !isSecuring(encryption, one.id))
}
