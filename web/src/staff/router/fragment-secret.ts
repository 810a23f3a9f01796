import { secret } from '@curtain/protocol'

/**
 * Takes the secret of a one-time link out of the address bar, so that it stays neither in sight nor in the history.
 * @returns null if the address holds none.
 */
export function takeFragmentSecret(): string | null {
  const found = secret.safeParse(location.hash.slice(1))
  if (location.hash !== '') history.replaceState(history.state, '', `${location.pathname}${location.search}`)
  return found.success ? found.data : null
}
