import { timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { OrganizationId } from '@curtain/protocol'
import type { Selectable } from 'kysely'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import { addressGroup } from '../http/client-address.ts'
import { createRateLimiter } from '../http/rate-limit.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret } from '../keys/secrets.ts'
import { mayComeFrom } from '../organizations/allowlists.ts'
import type { ServiceActor } from '../users/schema.ts'
import { readCredentials } from './credentials.ts'
import type { ApiKeyId, ApiKeyRow } from './schema.ts'
import { addressesOf } from './service.ts'
import { findApiKey, touchApiKey } from './store.ts'

/** A use is written down only this often, so that reading costs no write each time. */
const touchMs = 60_000
/** A refusal answers at a multiple of this, so that its time does not tell why, nor whether there is such a key. */
const refusalStepMs = 100
/**
 * How often an address is told why not. Past that, refusals are neither looked into nor recorded. There is nothing to guess
 * in 32 random bytes, so the right secret is never held up by somebody else's wrong ones.
 */
const refusals = { burst: 30, perMinute: 30 }

export interface KeyCheckOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  now?: () => Date
  /** How a refusal waits for its time; tests do not. */
  wait?: (ms: number) => Promise<unknown>
}

export type KeyCheck = ReturnType<typeof createKeyCheck>

/** Tells whose key a request shows. */
export function createKeyCheck({ database, keys, now = () => new Date(), wait = (ms) => delay(ms) }: KeyCheckOptions) {
  const mayBeTold = createRateLimiter(refusals, () => now().getTime())

  async function refuse(startedAt: number, code: 'not-signed-in' | 'rate-limited'): Promise<never> {
    const spent = performance.now() - startedAt
    await wait(refusalStepMs - (spent % refusalStepMs))
    throw new AppError(code)
  }

  async function check(tx: Transaction, fields: Sealer, organizationId: OrganizationId, shown: { id: ApiKeyId; hash: Buffer; address: string }) {
    const at = now()
    const key = await findApiKey(tx, shown.id)
    if (key === undefined) return null
    const reason = refusalOf(key, shown, addressesOf(fields, key), at)
    const { user_id: userId, roles, scopes, last_used_at: lastUsedAt } = key
    if (reason !== null) {
      if (mayBeTold(addressGroup(shown.address))) {
        const event = { type: 'api-key.refused', outcome: 'denied', organizationId, userId, sessionId: shown.id, facts: { reason } } as const
        await record(tx, event, at)
        return null
      }
      return 'rate-limited'
    }
    if (lastUsedAt === null || at.getTime() - lastUsedAt.getTime() >= touchMs) await touchApiKey(tx, shown.id, at)
    const actor: ServiceActor = { kind: 'service', organizationId, userId, sessionId: shown.id, roles, scopes }
    return { actor }
  }

  return {
    /**
     * @param authorization the header as it came
     * @param address where the request comes from
     * @throws AppError `not-signed-in`, whatever is wrong, and in the same time; `rate-limited`
     */
    async authenticate(authorization: string, address: string): Promise<{ actor: ServiceActor }> {
      const startedAt = performance.now()
      const shown = readCredentials(authorization)
      const organizationId = shown === null ? null : await database.lookUps.apiKey(shown.id)
      if (shown === null || organizationId === null) {
        return refuse(startedAt, mayBeTold(addressGroup(address)) ? 'not-signed-in' : 'rate-limited')
      }
      const fields = await keys.sealer(organizationId)
      const { id } = shown
      const hash = hashSecret(shown.secret)
      const found = await database.inOrganization(organizationId, (tx) => check(tx, fields, organizationId, { id, hash, address }))
      if (found === null) return refuse(startedAt, 'not-signed-in')
      return found === 'rate-limited' ? refuse(startedAt, found) : found
    },

    /** Whether a key could still be used; does not count as a use. */
    async isAlive({ organizationId, sessionId }: Pick<ServiceActor, 'organizationId' | 'sessionId'>): Promise<boolean> {
      const key = await database.inOrganization(organizationId, (tx) => findApiKey(tx, sessionId))
      return key !== undefined && key.ended_at === null && key.expires_at > now()
    },
  }
}

/** Why a key is not accepted; null when it is. Whoever has the wrong secret is told about nothing else. */
function refusalOf(
  key: Pick<Selectable<ApiKeyRow>, 'secret_hash' | 'ended_at' | 'expires_at'>,
  shown: { hash: Buffer; address: string },
  addresses: string[],
  at: Date,
): 'secret' | 'ended' | 'expired' | 'address' | null {
  if (!timingSafeEqual(key.secret_hash, shown.hash)) return 'secret'
  if (key.ended_at !== null) return 'ended'
  if (key.expires_at <= at) return 'expired'
  return mayComeFrom({ addresses, roleAddresses: {} }, [], shown.address) ? null : 'address'
}
