import { setTimeout as delay } from 'node:timers/promises'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/caller.ts'
import { addressGroup } from '../http/client-address.ts'
import { identitiesOf } from '../identity-providers/store.ts'
import type { Keys } from '../keys/keys.ts'
import { lockAccount } from '../protection/store.ts'
import { findUser } from '../users/store.ts'
import { msToNextStep } from './even-time.ts'
import type { NewPasswordLinks } from './new-password-links.ts'
import type { Throttles } from './throttle.ts'

export interface ForgottenPasswordOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  newPasswords: NewPasswordLinks
  throttles: Pick<Throttles, 'forgotten'>
  now?: () => Date
}

export type ForgottenPassword = ReturnType<typeof createForgottenPassword>

/** For whoever forgot their password. */
export function createForgottenPassword({ database, keys, newPasswords, throttles, now = () => new Date() }: ForgottenPasswordOptions) {
  /** Does nothing where there is no account that has a password of its own, or it may not be used. */
  async function mailLink(email: string): Promise<void> {
    const found = await database.lookUps.user(email)
    if (found === null) return
    const { organizationId, id } = found
    const fields = await keys.sealer(organizationId)
    await database.inOrganization(organizationId, async (tx) => {
      await lockAccount(tx, id)
      const user = await findUser(tx, id)
      if (user === undefined || user.suspended_at !== null || user.password_hash === null) return
      // Theirs is with the provider, who may have ended it: mail must not lead around that.
      if ((await identitiesOf(tx, id)).length > 0) return
      const at = now()
      await newPasswords.send(tx, { organizationId, fields }, user, at)
      // Who asked is not known: anybody may.
      await record(tx, { type: 'user.password-forgotten', organizationId, target: id }, at)
    })
  }

  return {
    /**
     * Mails a link to a new password, if there is an account for it. Whether there is, nobody can tell by this: it is answered
     * alike and in the same time, also where too many were asked for, and then nothing is mailed.
     * @throws AppError `mail-not-set-up`
     */
    async ask(email: string, caller: Caller): Promise<void> {
      if (!newPasswords.canBeMailed) throw new AppError('mail-not-set-up')
      const startedAt = performance.now()
      const address = addressGroup(caller.address)
      if (!throttles.forgotten.isBlocked(email, address)) {
        throttles.forgotten.failed(email, address)
        await mailLink(email)
      }
      await delay(msToNextStep(startedAt))
    },
  }
}
