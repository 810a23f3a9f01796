import type { confirmationInput } from '@curtain/protocol'
import type { z } from 'zod'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import { addressGroup } from '../http/client-address.ts'
import type { Keys } from '../keys/keys.ts'
import type { Caller } from '../http/caller.ts'
import { confirmedMs } from '../sessions/service.ts'
import { setConfirmed } from '../sessions/stage-store.ts'
import type { Throttle, Throttles } from '../sessions/throttle.ts'
import { verifyPassword } from '../users/passwords.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import { acceptCode } from './authenticator.ts'
import { acceptPasskey, askForPasskey } from './passkeys.ts'
import type { RelyingParty } from './web-authn.ts'

export interface ConfirmationOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  throttles: Pick<Throttles, 'passwords' | 'codes'>
  party: () => RelyingParty
  now?: () => Date
}

type Accept = (tx: Transaction, now: Date) => Promise<boolean>

/** One way to show it: what counts its failures, and by what name. */
interface Way {
  by: 'password' | 'authenticator' | 'passkey'
  counted: { throttle: Throttle; account: string } | null
  /** Does what takes long, before the transaction that takes what was shown. */
  look: () => Promise<Accept>
}

export type Confirmation = ReturnType<typeof createConfirmation>

/** Showing again, in a session that is whole, that it is still its user who sits there. */
export function createConfirmation({ database, keys, throttles, party, now = () => new Date() }: ConfirmationOptions) {
  async function wayOf(actor: SignedInActor, input: z.output<typeof confirmationInput>): Promise<Way> {
    const { organizationId, userId } = actor
    if ('response' in input) {
      const { response } = input
      const accept: Accept = (tx, at) => acceptPasskey(tx, party(), actor, { purpose: 'confirmation', response, now: at })
      return { by: 'passkey', counted: null, look: () => Promise.resolve(accept) }
    }
    if ('code' in input) {
      const fields = await keys.sealer(organizationId)
      const accept: Accept = (tx, at) => acceptCode(tx, fields, userId, input.code, at)
      return { by: 'authenticator', counted: { throttle: throttles.codes, account: userId }, look: () => Promise.resolve(accept) }
    }
    const user = await database.inOrganization(organizationId, (tx) => findUser(tx, userId))
    const look = async (): Promise<Accept> => {
      const matches = await verifyPassword(user?.password_hash ?? null, input.password)
      return () => Promise.resolve(matches)
    }
    return { by: 'password', counted: { throttle: throttles.passwords, account: user?.email ?? '' }, look }
  }

  return {
    /** What the browser shows a passkey with. @throws AppError `confirmation-failed` where the account has none */
    async passkeyOptions(actor: SignedInActor): Promise<Record<string, unknown>> {
      const asked = await database.inOrganization(actor.organizationId, (tx) =>
        askForPasskey(tx, party(), actor, 'confirmation', now()),
      )
      if (asked === null) throw new AppError('confirmation-failed')
      return asked
    },

    /**
     * @returns until when what is dangerous is let pass
     * @throws AppError `confirmation-failed`, `sign-in-throttled`
     */
    async confirm(actor: SignedInActor, input: z.output<typeof confirmationInput>, caller: Caller): Promise<Date> {
      const { organizationId, userId, sessionId } = actor
      const address = addressGroup(caller.address)
      const { by, counted, look } = await wayOf(actor, input)
      if (counted?.throttle.isBlocked(counted.account, address) === true) throw new AppError('sign-in-throttled')
      counted?.throttle.failed(counted.account, address, caller.deviceSecret)
      const accept = await look()
      const confirmed = await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const isThem = await accept(tx, at)
        const type = isThem ? 'session.confirmed' : 'session.confirmation-failed'
        const outcome = isThem ? 'success' : 'denied'
        await record(tx, { type, organizationId, userId, sessionId, outcome, facts: { by } }, at)
        if (isThem) await setConfirmed(tx, sessionId, at)
        return isThem ? at : null
      })
      if (confirmed === null) throw new AppError('confirmation-failed')
      counted?.throttle.succeeded(counted.account, address, caller.deviceSecret)
      return new Date(confirmed.getTime() + confirmedMs)
    },
  }
}
