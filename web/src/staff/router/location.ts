import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

/** The path and query of the page, kept up to date. The fragment is no part of it: it may hold a secret. */
export function useAddress(): URL {
  const address = useSyncExternalStore(subscribe, () => `${location.pathname}${location.search}`)
  return new URL(address, location.origin)
}

/**
 * Goes to a page of the console without loading anything, or loads the page that shows a visit.
 * @param path of this site, from `/` on.
 */
export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (path.startsWith('/visits/')) {
    if (options.replace) location.replace(path)
    else location.assign(path)
    return
  }
  if (options.replace) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
  for (const listener of listeners) listener()
}
