import { useEffect } from 'react'
import { navigate } from '../router/location.ts'

/** For an address whose page is elsewhere: leads on there. */
export function MovedTo({ path }: { path: string }) {
  useEffect(() => navigate(path, { replace: true }), [path])
  return null
}
