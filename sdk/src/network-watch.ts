export interface NetworkWatcher {
  onLost(): void
  onBack(): void
  /** The device is on another network than before. */
  onChanged(): void
  /** The page is shown again, or was frozen and is not any more. */
  onAwake(): void
}

/** `navigator.connection` (Network Information API): only in Chromium, and its `type` only on phones. */
function networkType(): string | undefined {
  if (!('connection' in navigator)) return undefined
  const { connection } = navigator
  if (typeof connection !== 'object' || connection === null || !('type' in connection)) return undefined
  return typeof connection.type === 'string' ? connection.type : undefined
}

function networkInformation(): EventTarget | null {
  return 'connection' in navigator && navigator.connection instanceof EventTarget ? navigator.connection : null
}

/** Listens to what the browser knows of the network. Returns the function that stops it. */
export function watchNetwork(watcher: NetworkWatcher): () => void {
  const stopping = new AbortController()
  const { signal } = stopping
  let type = networkType()
  addEventListener('offline', () => watcher.onLost(), { signal })
  addEventListener('online', () => watcher.onBack(), { signal })
  // It also fires whenever an estimate moves; only another kind of network is a change.
  networkInformation()?.addEventListener(
    'change',
    () => {
      const before = type
      type = networkType()
      if (type !== before && type !== 'none') watcher.onChanged()
    },
    { signal },
  )
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') watcher.onAwake()
    },
    { signal },
  )
  document.addEventListener('resume', () => watcher.onAwake(), { signal })
  addEventListener('pageshow', ({ persisted }) => persisted && watcher.onAwake(), { signal })
  return () => stopping.abort()
}
