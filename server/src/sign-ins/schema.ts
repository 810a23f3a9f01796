import type { Id, OrganizationId, SignIn, UserId } from '@curtain/protocol'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

export type SignInId = Id<'signIn'>

export const signInAddress = sealedColumn('sign_ins', 'address')

/** A line of the login log; written once. */
export interface SignInRow {
  id: SignInId
  organization_id: OrganizationId
  user_id: UserId
  at: Date
  outcome: SignIn['outcome']
  way: SignIn['by']
  browser: string
  system: string
  /** SHA-256 of the account's id and the secret that the browser keeps; null for one that keeps none. */
  device_hash: Buffer | null
  is_new_device: boolean
  address: Sealed<typeof signInAddress>
}
