import { visitId, type VisitId } from '@curtain/protocol'
import { z } from 'zod'

const changed = z.object({ visitId })

interface Watch {
  /** Something is different, or may be: read again. `visitId` is null if it could be any visit. */
  onChange: (visitId: VisitId | null) => void
  /** `live`: the server tells us. `polling`: it cannot at present, so we ask. */
  onMode: (mode: 'live' | 'polling') => void
}

const pollMs = 15_000
const reopenMs = 30_000

/**
 * Keeps a page up to date with the organization's visits: by server-sent events (WHATWG HTML §9.2), and by asking
 * every 15 s while they do not come through, as behind some proxies.
 * @returns the function that stops it.
 */
export function watchVisits({ onChange, onMode }: Watch): () => void {
  let source: EventSource | null = null
  let poll: ReturnType<typeof setInterval> | undefined
  let reopen: ReturnType<typeof setTimeout> | undefined

  const read = (data: unknown): VisitId | null => {
    try {
      return changed.parse(JSON.parse(z.string().parse(data))).visitId
    } catch {
      return null
    }
  }
  const open = () => {
    source = new EventSource('/v1/visits/changes')
    source.addEventListener('open', () => {
      clearInterval(poll)
      poll = undefined
      onMode('live')
      onChange(null)
    })
    source.addEventListener('changed', (event) => onChange(read(event.data)))
    source.addEventListener('error', () => {
      onMode('polling')
      poll ??= setInterval(() => onChange(null), pollMs)
      // The browser tries again by itself, but not after an answer that was no event stream: the session may be over.
      if (source?.readyState === EventSource.CLOSED) {
        onChange(null)
        clearTimeout(reopen)
        reopen = setTimeout(open, reopenMs)
      }
    })
  }
  const refresh = () => {
    if (document.visibilityState === 'visible') onChange(null)
  }
  open()
  document.addEventListener('visibilitychange', refresh)
  window.addEventListener('online', refresh)
  return () => {
    source?.close()
    clearInterval(poll)
    clearTimeout(reopen)
    document.removeEventListener('visibilitychange', refresh)
    window.removeEventListener('online', refresh)
  }
}
