import type { OwnIdentity } from '@curtain/protocol'
import type { Api } from '../api/api.ts'

type Offer = OwnIdentity['signOut']

let kept: Offer = null

/** Asks, while there still is a session, where the one at the identity provider is ended. */
export async function keepSignOutOffer(api: Api): Promise<void> {
  kept = await api.ownIdentity().then(
    ({ signOut }) => signOut,
    // Nobody is kept from signing out by not knowing that.
    () => null,
  )
}

/** For the page after signing out. */
export const signOutOffer = (): Offer => kept

/** That page is left: what comes is another session’s. */
export function forgetSignOutOffer(): void {
  kept = null
}
