import type { AccountFactors, SignInRules } from '../sessions/stages.ts'

/** How many passkeys an account may have: more than anybody's devices. */
export const mostPasskeys = 20

/**
 * Whether somebody may take a factor off their account: not the last one where their organization asks for one. Recovery
 * codes do not count, as they are used up.
 */
export function mayRemoveFactor({ passkeys, hasAuthenticator }: AccountFactors, { secondFactor }: SignInRules): boolean {
  return secondFactor === 'optional' || passkeys + (hasAuthenticator ? 1 : 0) > 1
}
