import { randomBytes as secureRandomBytes } from 'node:crypto'
import type { Protection } from '@curtain/protocol'
import { demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { SignedInActor } from '../users/schema.ts'
import type { Own, ProtectionParts } from './change.ts'
import { mayRemoveFactor } from './policy.ts'
import { codesAtOnce, makeRecoveryCodes } from './recovery-codes.ts'
import type { PasskeyId } from './schema.ts'
import {
  accountFactors,
  deleteAuthenticator,
  deletePasskey,
  deleteRecoveryCodes,
  lockAccount,
  ownerOfPasskey,
  renamePasskey,
  signInRules,
} from './store.ts'
import { readProtection } from './view.ts'

export interface FactorsOptions extends Pick<ProtectionParts, 'database' | 'now'> {
  randomBytes?: (size: number) => Uint8Array
}

export type Factors = ReturnType<typeof createFactors>

/** The second factors that somebody's own account has. */
export function createFactors({ database, now = () => new Date(), randomBytes = secureRandomBytes }: FactorsOptions) {
  /** A change, and how the account is protected after it. */
  function change(actor: SignedInActor, run: (tx: Transaction, own: Own, at: Date) => Promise<void>): Promise<Protection> {
    const { organizationId, userId, sessionId } = actor
    return inReach(database, actor, async (tx) => {
      await lockAccount(tx, userId)
      await run(tx, { organizationId, userId, sessionId }, now())
      return readProtection(tx, userId)
    })
  }

  /** @throws AppError `not-found`; another's is as if it were not there, and on record */
  async function demandOwn(tx: Transaction, { userId }: Own, id: PasskeyId, action: string): Promise<void> {
    const owner = await ownerOfPasskey(tx, id)
    if (owner === undefined) throw new AppError('not-found')
    demandReach(owner === userId, action, id)
  }

  /** @throws AppError `factor-needed` */
  async function demandMayRemove(tx: Transaction, { userId }: Own): Promise<void> {
    if (!mayRemoveFactor(await accountFactors(tx, userId), await signInRules(tx))) throw new AppError('factor-needed')
  }

  /** Codes stand in for a factor: without one they open nothing, and are nothing to keep. */
  async function forgetCodesWithoutFactor(tx: Transaction, { userId }: Own): Promise<void> {
    const { passkeys, hasAuthenticator } = await accountFactors(tx, userId)
    if (passkeys === 0 && !hasAuthenticator) await deleteRecoveryCodes(tx, userId)
  }

  return {
    read({ organizationId, userId }: SignedInActor): Promise<Protection> {
      return database.inOrganization(organizationId, (tx) => readProtection(tx, userId))
    },

    /** @throws AppError `not-found` */
    renamePasskey(actor: SignedInActor, id: PasskeyId, name: string): Promise<Protection> {
      return change(actor, async (tx, own, at) => {
        await demandOwn(tx, own, id, 'passkey.rename')
        await renamePasskey(tx, id, name)
        await record(tx, { type: 'passkey.renamed', ...own, target: own.userId, facts: { passkeyId: id } }, at)
      })
    },

    /** @throws AppError `not-found`, `factor-needed` */
    removePasskey(actor: SignedInActor, id: PasskeyId): Promise<Protection> {
      return change(actor, async (tx, own, at) => {
        await demandOwn(tx, own, id, 'passkey.remove')
        await demandMayRemove(tx, own)
        await deletePasskey(tx, id)
        await forgetCodesWithoutFactor(tx, own)
        await record(tx, { type: 'passkey.removed', ...own, target: own.userId, facts: { passkeyId: id } }, at)
      })
    },

    /** Takes the authenticator app off the account; does nothing where there is none. @throws AppError `factor-needed` */
    removeAuthenticator(actor: SignedInActor): Promise<Protection> {
      return change(actor, async (tx, own, at) => {
        if (!(await accountFactors(tx, own.userId)).hasAuthenticator) return
        await demandMayRemove(tx, own)
        await deleteAuthenticator(tx, own.userId)
        await forgetCodesWithoutFactor(tx, own)
        await record(tx, { type: 'authenticator.removed', ...own, target: own.userId }, at)
      })
    },

    /** Ten new recovery codes, in place of those there were. @returns them, told here only */
    async makeRecoveryCodes(actor: SignedInActor): Promise<string[]> {
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        await lockAccount(tx, userId)
        const codes = await makeRecoveryCodes(tx, { organizationId, userId, now: at, randomBytes })
        const facts = { count: codesAtOnce }
        await record(tx, { type: 'recovery-codes.made', organizationId, userId, sessionId, target: userId, facts }, at)
        return codes
      })
    },
  }
}
