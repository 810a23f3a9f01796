import type { ApiKey, ApiKeyCreated, apiKeyInput } from '@curtain/protocol'
import { z } from 'zod'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import { newSecret } from '../keys/secrets.ts'
import { revokeUnusedRoomTokensOf } from '../room-tokens/store.ts'
import type { SessionEndings } from '../sessions/endings.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import { mayListApiKeys, mayManageApiKeys, rolesOfKey } from './policy.ts'
import { apiKeyAddresses, type ApiKeyId, type ApiKeyRow } from './schema.ts'
import { endApiKey, insertApiKey, openApiKeys } from './store.ts'

const dayMs = 24 * 60 * 60_000
const ranges = z.array(z.string())

export interface ApiKeysOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  endings: Pick<SessionEndings, 'endSession'>
  now?: () => Date
}

export type ApiKeys = ReturnType<typeof createApiKeys>

/** The keys of an organization. They are its own, not their maker's: a key goes on when its maker's account does not. */
export function createApiKeys({ database, keys, endings, now = () => new Date() }: ApiKeysOptions) {
  return {
    /** Those that were not ended, the newest first. @throws AppError `forbidden` */
    async list(actor: SignedInActor): Promise<ApiKey[]> {
      await demand(database, actor, mayListApiKeys(actor), 'api-key.list')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const rows = await openApiKeys(tx)
        const facts = { count: rows.length }
        await record(tx, { type: 'api-key.listed', organizationId, userId, sessionId, facts }, now())
        return rows.map((row) => ({
          id: row.id,
          name: row.name,
          scopes: row.scopes,
          addresses: addressesOf(fields, row),
          createdBy: { id: row.created_by, name: row.maker_name },
          createdAt: row.created_at.toISOString(),
          expiresAt: row.expires_at.toISOString(),
          lastUsedAt: row.last_used_at?.toISOString() ?? null,
        }))
      })
    },

    /** Makes a key. Its secret is told here only. @throws AppError `forbidden` */
    async create(actor: SignedInActor, input: z.output<typeof apiKeyInput>): Promise<ApiKeyCreated> {
      await demand(database, actor, mayManageApiKeys(actor), 'api-key.create')
      const { organizationId, userId, sessionId } = actor
      const { name, addresses, validDays } = input
      const scopes = [...new Set(input.scopes)]
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const id = newId('apiKey', at)
        const account = newId('user', at)
        const { secret, hash } = newSecret()
        const expiresAt = new Date(at.getTime() + validDays * dayMs)
        await insertApiKey(
          tx,
          {
            id,
            organization_id: organizationId,
            user_id: account,
            secret_hash: hash,
            scopes,
            addresses: addresses.length === 0 ? null : fields.seal(apiKeyAddresses, id, JSON.stringify(addresses)),
            created_by: userId,
            created_at: at,
            expires_at: expiresAt,
          },
          { name, roles: rolesOfKey(scopes) },
        )
        const facts = { apiKeyId: id, scopes, validDays }
        await record(tx, { type: 'api-key.created', organizationId, userId, sessionId, target: account, facts }, at)
        const maker = await findUser(tx, userId)
        const apiKey = {
          id,
          name,
          scopes,
          addresses,
          createdBy: { id: userId, name: maker?.name ?? '' },
          createdAt: at.toISOString(),
          expiresAt: expiresAt.toISOString(),
          lastUsedAt: null,
        }
        return { apiKey, secret }
      })
    },

    /**
     * Ends a key for good, with what is held open by it. Room tokens that it made and nobody used end with it; whoever came
     * by one stays: putting people out is for those who hold the visit.
     * @throws AppError `forbidden`, `not-found`
     */
    async end(actor: SignedInActor, id: ApiKeyId): Promise<void> {
      await demand(database, actor, mayManageApiKeys(actor), 'api-key.end', id)
      const { organizationId, userId, sessionId } = actor
      await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const ended = await endApiKey(tx, id, at)
        if (ended === undefined) throw new AppError('not-found')
        await revokeUnusedRoomTokensOf(tx, ended.user_id, at)
        const facts = { apiKeyId: id }
        await record(tx, { type: 'api-key.ended', organizationId, userId, sessionId, target: ended.user_id, facts }, at)
      })
      endings.endSession(id)
    },
  }
}

/** From where a key may be used; empty: from everywhere. */
export function addressesOf(fields: Sealer, { id, addresses }: Pick<ApiKeyRow, 'id' | 'addresses'>): string[] {
  return addresses === null ? [] : ranges.parse(JSON.parse(fields.open(apiKeyAddresses, id, addresses)))
}
