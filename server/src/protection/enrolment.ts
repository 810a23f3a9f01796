import { record } from '../audit/record.ts'
import { newId } from '../database/new-id.ts'
import { isUniqueViolation } from '../database/unique-violation.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/caller.ts'
import type { HeldSession } from '../sessions/service.ts'
import { setChallenge, setFactor, takeChallenge } from '../sessions/stage-store.ts'
import { findUser } from '../users/store.ts'
import { authenticatorUri, newAuthenticatorSecret, stepOf } from './authenticator.ts'
import { createChange, demandMayAdd, type ProtectionChanged, type ProtectionParts } from './change.ts'
import { challengeMs } from './passkeys.ts'
import { mostPasskeys } from './policy.ts'
import { authenticatorSecret } from './schema.ts'
import { insertPasskey, lockAuthenticator, passkeysOf, replacePendingAuthenticator, useAuthenticator } from './store.ts'
import { enrolmentOptions, type RelyingParty, verifyEnrolment } from './web-authn.ts'

export interface EnrolmentOptions extends ProtectionParts {
  party: () => RelyingParty
}

export type Enrolment = ReturnType<typeof createEnrolment>

/** Adding second factors to one's own account. */
export function createEnrolment({ party, ...parts }: EnrolmentOptions) {
  const { database, keys, now = () => new Date() } = parts
  const change = createChange(parts)

  return {
    /** What the browser makes a passkey with. @throws AppError `not-signed-in` */
    passkeyOptions(held: HeldSession): Promise<Record<string, unknown>> {
      const { organizationId, userId, sessionId } = held.actor
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        await demandMayAdd(tx, held, 'second-factor', at)
        const user = await findUser(tx, userId)
        if (user === undefined) throw new AppError('not-signed-in')
        const { options, challenge } = await enrolmentOptions(party(), user, await passkeysOf(tx, userId))
        const expiresAt = new Date(at.getTime() + challengeMs)
        await setChallenge(tx, sessionId, { challenge, purpose: 'enrolment', expiresAt })
        return options
      })
    },

    /** @throws AppError `not-signed-in`, `passkey-refused` */
    async addPasskey(
      held: HeldSession,
      { response, name }: { response: Record<string, unknown>; name: string },
      caller: Caller,
    ): Promise<ProtectionChanged> {
      const { organizationId, sessionId } = held.actor
      // Taken whatever comes of it, so in a transaction of its own.
      const challenge = await database.inOrganization(organizationId, (tx) => takeChallenge(tx, sessionId, 'enrolment', now()))
      const made = challenge === null ? null : await verifyEnrolment(party(), challenge, response)
      if (made === null) throw new AppError('passkey-refused')
      return change(held, caller, async (tx, { userId }, { now: at }) => {
        await demandMayAdd(tx, held, 'second-factor', at)
        if ((await passkeysOf(tx, userId)).length >= mostPasskeys) throw new AppError('passkey-refused')
        const id = newId('passkey', at)
        await insertPasskey(tx, {
          id,
          organization_id: organizationId,
          user_id: userId,
          name,
          credential_id: made.credentialId,
          public_key: Buffer.from(made.publicKey),
          counter: made.counter,
          transports: made.transports,
          synced: made.synced,
          created_at: at,
        })
        await setFactor(tx, sessionId, 'passkey')
        const facts = { passkeyId: id }
        await record(tx, { type: 'passkey.added', organizationId, userId, sessionId, target: userId, facts }, at)
      }).catch((error: unknown) => {
        throw isUniqueViolation(error) ? new AppError('passkey-refused', { cause: error }) : error
      })
    },

    /**
     * What an authenticator app is set up with; it is not in use before it has shown a code.
     * @throws AppError `not-signed-in`
     */
    async newAuthenticator(held: HeldSession): Promise<{ secret: string; uri: string }> {
      const { organizationId, userId } = held.actor
      const fields = await keys.sealer(organizationId)
      const secret = newAuthenticatorSecret()
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        await demandMayAdd(tx, held, 'second-factor', at)
        const user = await findUser(tx, userId)
        if (user === undefined) throw new AppError('not-signed-in')
        const sealed = fields.seal(authenticatorSecret, userId, secret)
        await replacePendingAuthenticator(tx, { organizationId, userId, secret: sealed, now: at })
        return { secret, uri: authenticatorUri(secret, user.email) }
      })
    },

    /**
     * Puts it to use, in place of an earlier one, by a code that it shows.
     * @throws AppError `not-signed-in`, `confirmation-failed` for a wrong code
     */
    confirmAuthenticator(held: HeldSession, code: string, caller: Caller): Promise<ProtectionChanged> {
      return change(held, caller, async (tx, { organizationId, userId, sessionId }, { fields, now: at }) => {
        await demandMayAdd(tx, held, 'second-factor', at)
        const pending = await lockAuthenticator(tx, userId, false)
        const step = pending && stepOf(fields.open(authenticatorSecret, userId, pending.secret), code, null, at)
        if (step === undefined || step === null) throw new AppError('confirmation-failed')
        await useAuthenticator(tx, userId, step, at)
        await setFactor(tx, sessionId, 'authenticator')
        await record(tx, { type: 'authenticator.added', organizationId, userId, sessionId, target: userId }, at)
      })
    },
  }
}
