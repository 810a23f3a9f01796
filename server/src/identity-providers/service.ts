import {
  type IdentityProvider,
  type IdentityProviderChange,
  type IdentityProviderId,
  type IdentityProviderInput,
  type identityProviderList,
} from '@curtain/protocol'
import type { z } from 'zod'
import { demand, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { isUniqueViolation } from '../database/unique-violation.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import type { SignedInActor } from '../users/schema.ts'
import { mayManageIdentityProviders, mayReadIdentityProviders } from './policy.ts'
import type { OpenProvider } from './provider-client.ts'
import { clientSecret } from './schema.ts'
import { allProviders, bindDomains, insertProvider, lockProvider, readMappings, updateProvider, type StoredProvider } from './store.ts'

export interface IdentityProvidersOptions {
  database: Database
  keys: Keys
  openProvider: OpenProvider
  /** The origin people use. */
  publicUrl: () => string
  now?: () => Date
}

/** Where providers lead back to. */
export const callbackUrl = (origin: string) => `${origin}/v1/sign-in/provider/callback`
export const signedOutUrl = (origin: string) => `${origin}/sign-in`

export type IdentityProviders = ReturnType<typeof createIdentityProviders>

/** By whom an organization has its staff signed in. */
export function createIdentityProviders({
  database,
  keys,
  openProvider,
  publicUrl,
  now = () => new Date(),
}: IdentityProvidersOptions) {
  const actOf = ({ organizationId, userId, sessionId }: SignedInActor) => ({ organizationId, userId, sessionId })

  return {
    /** @throws AppError `forbidden` */
    async list(actor: SignedInActor): Promise<z.output<typeof identityProviderList>> {
      await demand(database, actor, mayReadIdentityProviders(actor), 'identity-provider.list')
      const providers = await database.inOrganization(actor.organizationId, async (tx) => {
        const rows = await allProviders(tx)
        await record(tx, { type: 'identity-provider.listed', ...actOf(actor), facts: { count: rows.length } }, now())
        return rows.map(describe)
      })
      return { providers, callbackUrl: callbackUrl(publicUrl()), signedOutUrl: signedOutUrl(publicUrl()) }
    },

    /**
     * Takes a provider up, once it has said what it can do.
     * @throws AppError `forbidden`, `identity-provider-unreachable`, `identity-provider-invalid`, `domain-taken`
     */
    async create(actor: SignedInActor, input: IdentityProviderInput): Promise<IdentityProvider> {
      await demand(database, actor, mayManageIdentityProviders(actor), 'identity-provider.create')
      await openProvider(input)
      const { organizationId } = actor
      const sealer = await keys.sealer(organizationId)
      const at = now()
      const id = newId('identityProvider', at)
      const domains = inOrder(input.domains)
      return database
        .inOrganization(organizationId, async (tx) => {
          const row = {
            id,
            organization_id: organizationId,
            name: input.name,
            issuer: input.issuer,
            client_id: input.clientId,
            client_secret: sealer.seal(clientSecret, id, input.clientSecret),
            role_claim: input.roleClaim,
            role_mappings: JSON.stringify(input.roleMappings),
            new_accounts: input.newAccounts,
            trusts_second_factor: input.trustsSecondFactor,
            created_at: at,
          }
          await insertProvider(tx, row)
          await bindDomains(tx, { organizationId, id }, domains, at)
          const facts = { newAccounts: input.newAccounts }
          await record(tx, { type: 'identity-provider.created', ...actOf(actor), target: id, facts }, at)
          return describe({ ...row, role_mappings: input.roleMappings, removed_at: null, domains })
        })
        .catch(asDomainTaken)
    },

    /**
     * Where what it is asked by changes, it is asked again. With another issuer nobody is known by the earlier one any more.
     * @throws AppError `forbidden`, `not-found`, `identity-provider-unreachable`, `identity-provider-invalid`, `domain-taken`
     */
    async change(actor: SignedInActor, id: IdentityProviderId, change: IdentityProviderChange): Promise<IdentityProvider> {
      await demand(database, actor, mayManageIdentityProviders(actor), 'identity-provider.change', id)
      const { organizationId } = actor
      const sealer = await keys.sealer(organizationId)
      const asked = change.issuer !== undefined || change.clientId !== undefined || change.clientSecret !== undefined
      const before = await inReach(database, actor, async (tx) => {
        const found = await lockProvider(tx, id)
        if (found === undefined) throw new AppError('not-found')
        return found
      })
      if (asked) {
        const { issuer, clientId, clientSecret: secret } = accessTo(sealer, before)
        await openProvider({
          issuer: change.issuer ?? issuer,
          clientId: change.clientId ?? clientId,
          clientSecret: change.clientSecret ?? secret,
        })
      }
      return database
        .inOrganization(organizationId, async (tx) => {
          const at = now()
          const held = await lockProvider(tx, id)
          if (held === undefined) throw new AppError('not-found')
          const columns = {
            ...(change.name !== undefined && { name: change.name }),
            ...(change.issuer !== undefined && { issuer: change.issuer }),
            ...(change.clientId !== undefined && { client_id: change.clientId }),
            ...(change.clientSecret !== undefined && { client_secret: sealer.seal(clientSecret, id, change.clientSecret) }),
            ...(change.roleClaim !== undefined && { role_claim: change.roleClaim }),
            ...(change.roleMappings !== undefined && { role_mappings: JSON.stringify(change.roleMappings) }),
            ...(change.newAccounts !== undefined && { new_accounts: change.newAccounts }),
            ...(change.trustsSecondFactor !== undefined && { trusts_second_factor: change.trustsSecondFactor }),
          }
          if (Object.keys(columns).length > 0) await updateProvider(tx, id, columns)
          if (change.domains !== undefined) await bindDomains(tx, { organizationId, id }, inOrder(change.domains), at)
          const facts = { fields: Object.keys(change) }
          await record(tx, { type: 'identity-provider.changed', ...actOf(actor), target: id, facts }, at)
          const after = await lockProvider(tx, id)
          if (after === undefined) throw new AppError('not-found')
          return describe(after)
        })
        .catch(asDomainTaken)
    },

    /** Nobody comes in by it any more; its secret is forgotten. Sessions that it opened stay. @throws AppError `forbidden`, `not-found` */
    async remove(actor: SignedInActor, id: IdentityProviderId): Promise<void> {
      await demand(database, actor, mayManageIdentityProviders(actor), 'identity-provider.remove', id)
      const { organizationId } = actor
      await inReach(database, actor, async (tx) => {
        const at = now()
        if ((await lockProvider(tx, id)) === undefined) throw new AppError('not-found')
        await bindDomains(tx, { organizationId, id }, [], at)
        await updateProvider(tx, id, { removed_at: at, client_secret: null })
        await record(tx, { type: 'identity-provider.removed', ...actOf(actor), target: id }, at)
      })
    },
  }
}

/** What a provider is asked with. */
export function accessTo(keys: Sealer, row: StoredProvider) {
  if (row.client_secret === null) throw new Error('a provider in use has a secret')
  return {
    issuer: row.issuer,
    clientId: row.client_id,
    clientSecret: keys.open(clientSecret, row.id, row.client_secret),
  }
}

function inOrder(domains: readonly string[]): string[] {
  return [...new Set(domains)].toSorted()
}

function describe(row: StoredProvider): IdentityProvider {
  return {
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    domains: row.domains,
    roleClaim: row.role_claim,
    roleMappings: readMappings(row),
    newAccounts: row.new_accounts,
    trustsSecondFactor: row.trusts_second_factor,
    createdAt: row.created_at.toISOString(),
  }
}

function asDomainTaken(error: unknown): never {
  throw isUniqueViolation(error) ? new AppError('domain-taken', { cause: error, fields: ['domains'] }) : error
}
