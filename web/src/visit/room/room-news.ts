import type { VisitSnapshot } from '@curtain/client'
import { useEffect, useRef } from 'react'
import { useSay } from '../parts/notices.tsx'
import { useVisitWords } from '../words/words.ts'
import { liveStream } from './tile.tsx'

/** Says what changed in the room: who came, went or waits, who shares a screen, the lock, and being muted. */
export function useRoomNews(snapshot: VisitSnapshot): void {
  const words = useVisitWords()
  const say = useSay()
  const before = useRef(snapshot)

  useEffect(() => {
    const last = before.current
    before.current = snapshot
    if (last === snapshot || last.phase !== 'joined' || snapshot.phase !== 'joined') return
    // After a drop the list is read afresh: who was away and is back has not joined anew.
    const { notice } = words
    const idsBefore = new Set(last.participants.map(({ id }) => id))
    const ids = new Set(snapshot.participants.map(({ id }) => id))
    for (const { id, displayName } of snapshot.participants) if (!idsBefore.has(id)) say(notice.joined(displayName))
    for (const { id, displayName } of last.participants) if (!ids.has(id)) say(notice.left(displayName))

    const waitingBefore = new Set(last.waiting.map(({ id }) => id))
    for (const { id, displayName } of snapshot.waiting) if (!waitingBefore.has(id)) say(notice.waits(displayName))

    for (const participant of snapshot.participants) {
      const earlier = last.participants.find(({ id }) => id === participant.id)
      const sharedBefore = earlier !== undefined && liveStream(earlier, 'screen') !== null
      if (!sharedBefore && liveStream(participant, 'screen') !== null) say(notice.sharing(participant.displayName))
    }
    const mayLock = snapshot.grants.has('moderate')
    if (mayLock && last.locked !== snapshot.locked) say(snapshot.locked ? notice.locked : notice.unlocked)
    if (!last.mutedByHost && snapshot.mutedByHost) say(notice.mutedByHost)
  }, [snapshot, say, words])
}
