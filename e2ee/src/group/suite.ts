import { getCiphersuiteFromName, getCiphersuiteImpl, type CiphersuiteImpl, type CiphersuiteName } from 'ts-mls'

/** The cryptography of a group, as the library has it. Below the session it is a parameter: test vectors use others. */
export type Suite = CiphersuiteImpl

/** X-Wing (X25519 with ML-KEM-768): what is said in a visit must stay secret for decades. */
const suiteName = 'MLS_256_XWING_AES256GCM_SHA512_Ed25519' satisfies CiphersuiteName

let loading: Promise<Suite> | undefined

/** The one suite of our groups. It is made once. */
export function ourSuite(): Promise<Suite> {
  loading ??= getCiphersuiteImpl(getCiphersuiteFromName(suiteName))
  return loading
}
