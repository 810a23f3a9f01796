import { roleMapping, type Id, type IdentityProviderId, type OrganizationId, type UserId } from '@curtain/protocol'
import { sql, type Insertable, type Updateable } from 'kysely'
import { z } from 'zod'
import type { Transaction } from '../database/database.ts'
import type { IdentityFlowRow, IdentityProviderRow, IdentitySessionRow } from './schema.ts'

/** Those in use, the oldest first, with the domains that lead to them. */
const providersInUse = (tx: Transaction) =>
  tx
    .selectFrom('identity_providers')
    .selectAll()
    .select((row) =>
      row
        .selectFrom('identity_domains')
        .select(sql<string[]>`coalesce(array_agg(domain order by domain), '{}')`.as('domains'))
        .whereRef('provider_id', '=', 'identity_providers.id')
        .where('released_at', 'is', null)
        .$asScalar()
        .$notNull()
        .as('domains'),
    )
    .where('removed_at', 'is', null)

export function allProviders(tx: Transaction) {
  return providersInUse(tx).orderBy('id').execute()
}

/** One that is in use. */
export function findProvider(tx: Transaction, id: IdentityProviderId) {
  return providersInUse(tx).where('id', '=', id).executeTakeFirst()
}
export type StoredProvider = NonNullable<Awaited<ReturnType<typeof findProvider>>>

/** The same, held until the transaction ends. */
export async function lockProvider(tx: Transaction, id: IdentityProviderId) {
  const held = await tx.selectFrom('identity_providers').select('id').where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return held && findProvider(tx, id)
}

export const readMappings = (row: Pick<StoredProvider, 'role_mappings'>) => z.array(roleMapping).parse(row.role_mappings)

export async function insertProvider(tx: Transaction, row: Insertable<IdentityProviderRow>): Promise<void> {
  await tx.insertInto('identity_providers').values(row).execute()
}

export async function updateProvider(
  tx: Transaction,
  id: IdentityProviderId,
  change: Updateable<IdentityProviderRow>,
): Promise<void> {
  await tx.updateTable('identity_providers').set(change).where('id', '=', id).execute()
}

/** From now on these domains lead to the provider, and no others. Fails where one leads to another provider. */
export async function bindDomains(
  tx: Transaction,
  provider: { organizationId: OrganizationId; id: IdentityProviderId },
  domains: readonly string[],
  now: Date,
): Promise<void> {
  await tx
    .updateTable('identity_domains')
    .set({ released_at: now })
    .where('provider_id', '=', provider.id)
    .where('released_at', 'is', null)
    .execute()
  if (domains.length === 0) return
  const rows = domains.map((domain) => ({ provider_id: provider.id, organization_id: provider.organizationId, domain }))
  await tx
    .insertInto('identity_domains')
    .values(rows)
    .onConflict((existing) => existing.columns(['provider_id', 'domain']).doUpdateSet({ released_at: null }))
    .execute()
}

export async function insertFlow(tx: Transaction, row: Insertable<IdentityFlowRow>): Promise<void> {
  await tx.insertInto('identity_flows').values(row).execute()
}

export async function forgetFlows(tx: Transaction, expiredBefore: Date): Promise<void> {
  await tx.deleteFrom('identity_flows').where('expires_at', '<', expiredBefore).execute()
}

/** Uses a flow up. Undefined when it was used, or has expired: two at once cannot both have it. */
export function useFlow(tx: Transaction, cookieHash: Buffer, now: Date) {
  return tx
    .updateTable('identity_flows')
    .set({ used_at: now })
    .where('cookie_hash', '=', cookieHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['organization_id', 'provider_id', 'session_id', 'next_page'])
    .executeTakeFirst()
}

export function findIdentity(tx: Transaction, providerId: IdentityProviderId, subjectHash: Buffer) {
  return tx
    .selectFrom('identities')
    .select('user_id')
    .where('provider_id', '=', providerId)
    .where('subject_hash', '=', subjectHash)
    .executeTakeFirst()
}

/**
 * From now on whoever comes with this subject is this user; another subject of the same provider is not any more.
 * Fails where the subject is somebody else.
 */
export async function putIdentity(
  tx: Transaction,
  identity: { organizationId: OrganizationId; providerId: IdentityProviderId; subjectHash: Buffer; userId: UserId; now: Date },
): Promise<void> {
  const { subjectHash: subject_hash, now: linked_at } = identity
  await tx
    .insertInto('identities')
    .values({
      provider_id: identity.providerId,
      organization_id: identity.organizationId,
      user_id: identity.userId,
      subject_hash,
      linked_at,
    })
    .onConflict((existing) => existing.columns(['provider_id', 'user_id']).doUpdateSet({ subject_hash, linked_at }))
    .execute()
}

/** With which providers in use somebody signs in. */
export function identitiesOf(tx: Transaction, userId: UserId) {
  return tx
    .selectFrom('identities')
    .innerJoin('identity_providers', 'identity_providers.id', 'identities.provider_id')
    .select(['identity_providers.id', 'identity_providers.name', 'identities.linked_at'])
    .where('identities.user_id', '=', userId)
    .where('identity_providers.removed_at', 'is', null)
    .orderBy('identity_providers.id')
    .execute()
}

export async function insertIdentitySession(tx: Transaction, row: Insertable<IdentitySessionRow>): Promise<void> {
  await tx.insertInto('identity_sessions').values(row).execute()
}

/** By which provider a session was opened. */
export function providerOfSession(tx: Transaction, sessionId: Id<'session'>) {
  return tx
    .selectFrom('identity_sessions')
    .innerJoin('identity_providers', 'identity_providers.id', 'identity_sessions.provider_id')
    .select(['identity_providers.id', 'identity_providers.name', 'identity_sessions.sign_out_url'])
    .where('identity_sessions.session_id', '=', sessionId)
    .executeTakeFirst()
}
