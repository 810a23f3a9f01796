import type { Protection, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { accountFactors, authenticatorInUse, passkeysOf, signInRules } from './store.ts'

/** How an account is protected, as its user sees it. */
export async function readProtection(tx: Transaction, userId: UserId): Promise<Protection> {
  const { passwordChangedAt, recoveryCodesLeft } = await accountFactors(tx, userId)
  const { secondFactor } = await signInRules(tx)
  const authenticator = await authenticatorInUse(tx, userId)
  const passkeys = await passkeysOf(tx, userId)
  return {
    hasPassword: passwordChangedAt !== null,
    passwordChangedAt: passwordChangedAt?.toISOString() ?? null,
    passkeys: passkeys.map(({ id, name, created_at, last_used_at, synced }) => ({
      id,
      name,
      createdAt: created_at.toISOString(),
      lastUsedAt: last_used_at?.toISOString() ?? null,
      synced,
    })),
    authenticator: authenticator === undefined ? null : { createdAt: authenticator.created_at.toISOString() },
    recoveryCodesLeft,
    secondFactorRequired: secondFactor === 'required',
  }
}
