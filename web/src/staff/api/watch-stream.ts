interface Watch {
  path: string
  /** The type of the events that are waited for. */
  event: string
  /** Something was told. `data` is null where nothing was, and much may have been missed: the stream has just begun, or the person came back. */
  onEvent: (data: unknown) => void
  /** `live`: the server tells us. `waiting`: it cannot at present. */
  onMode: (mode: 'live' | 'waiting') => void
}

const reopenMs = 30_000

/**
 * Keeps a page up to date by server-sent events (WHATWG HTML §9.2), and opens the stream again whenever it ends.
 * @returns the function that stops it.
 */
export function watchStream({ path, event, onEvent, onMode }: Watch): () => void {
  let source: EventSource | null = null
  let reopen: ReturnType<typeof setTimeout> | undefined

  const open = () => {
    source = new EventSource(path)
    source.addEventListener('open', () => {
      onMode('live')
      onEvent(null)
    })
    source.addEventListener(event, ({ data }) => onEvent(data))
    source.addEventListener('error', () => {
      onMode('waiting')
      // The browser tries again by itself, but not after an answer that was no event stream: the session may be over.
      if (source?.readyState === EventSource.CLOSED) {
        onEvent(null)
        clearTimeout(reopen)
        reopen = setTimeout(open, reopenMs)
      }
    })
  }
  const refresh = () => {
    if (document.visibilityState === 'visible') onEvent(null)
  }
  open()
  document.addEventListener('visibilitychange', refresh)
  window.addEventListener('online', refresh)
  return () => {
    source?.close()
    clearTimeout(reopen)
    document.removeEventListener('visibilitychange', refresh)
    window.removeEventListener('online', refresh)
  }
}
