import { visitId, type VisitId } from '@curtain/protocol'
import { z } from 'zod'
import { watchStream } from '../api/watch-stream.ts'

const changed = z.object({ visitId })

interface Watch {
  /** Something is different, or may be: read again. `visitId` is null if it could be any visit. */
  onChange: (visitId: VisitId | null) => void
  /** `live`: the server tells us. `polling`: it cannot at present, so we ask. */
  onMode: (mode: 'live' | 'polling') => void
}

const pollMs = 15_000

/**
 * Keeps a page up to date with the organization's visits: by a stream of changes, and by asking every 15 s while it does not
 * come through, as behind some proxies.
 * @returns the function that stops it.
 */
export function watchVisits({ onChange, onMode }: Watch): () => void {
  let poll: ReturnType<typeof setInterval> | undefined

  const read = (data: unknown): VisitId | null => {
    try {
      return changed.parse(JSON.parse(z.string().parse(data))).visitId
    } catch {
      return null
    }
  }
  const stop = watchStream({
    path: '/v1/visits/changes',
    event: 'changed',
    onEvent: (data) => onChange(read(data)),
    onMode(mode) {
      onMode(mode === 'live' ? 'live' : 'polling')
      if (mode === 'waiting') {
        poll ??= setInterval(() => onChange(null), pollMs)
        return
      }
      clearInterval(poll)
      poll = undefined
    },
  })
  return () => {
    stop()
    clearInterval(poll)
  }
}
