import { useCallback } from 'react'
import { keepSignOutOffer } from '../identity-providers/sign-out-offer.ts'
import { navigate } from '../router/location.ts'
import { useSession } from './session.tsx'

/** Ends the session of this browser and goes to the sign-in page. @throws RequestFailed, and then nothing has changed */
export function useSignOut(): () => Promise<void> {
  const { api, left } = useSession()
  return useCallback(async () => {
    await keepSignOutOffer(api)
    await api.signOut()
    navigate('/sign-in', { replace: true })
    left('self')
  }, [api, left])
}
