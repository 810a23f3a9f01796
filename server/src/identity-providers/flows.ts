import type { Id, IdentityProviderId, OrganizationId } from '@curtain/protocol'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret } from '../keys/secrets.ts'
import { flowMs, isOfFlow, newFlow, secretsOf } from './flow.ts'
import type { FlowSecrets, OpenProvider, ProviderClient } from './provider-client.ts'
import { accessTo, callbackUrl } from './service.ts'
import { findProvider, forgetFlows, insertFlow, useFlow, type StoredProvider } from './store.ts'

export interface FlowsOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  openProvider: OpenProvider
  /** The origin people use. */
  publicUrl: () => string
  now?: () => Date
}

/** Where a browser is to go, and the cookie that it comes back with. */
export interface Begun {
  url: string
  cookie: string
}

/** Somebody came back by a way that was begun here, in the same browser. */
export interface Taken {
  provider: StoredProvider
  secrets: FlowSecrets
  /** The session that asked to be linked; null for somebody who signs in. */
  sessionId: Id<'session'> | null
  nextPage: string | null
}

export type Flows = ReturnType<typeof createFlows>

/** The ways to providers and back. Each is gone once. */
export function createFlows({ database, keys, openProvider, publicUrl, now = () => new Date() }: FlowsOptions) {
  async function open(row: StoredProvider): Promise<ProviderClient> {
    return openProvider(accessTo(await keys.sealer(row.organization_id), row))
  }

  return {
    open,

    /** @throws AppError `identity-provider-gone`, `identity-provider-unreachable`, `identity-provider-invalid` */
    async begin(
      { organizationId, id }: { organizationId: OrganizationId; id: IdentityProviderId },
      { sessionId = null, nextPage = null }: Partial<Pick<Taken, 'sessionId' | 'nextPage'>>,
    ): Promise<Begun> {
      const row = await database.inOrganization(organizationId, (tx) => findProvider(tx, id))
      if (row === undefined) throw new AppError('identity-provider-gone')
      const provider = await open(row)
      const { cookie, cookieHash, secrets } = newFlow()
      const url = await provider.authorizationUrl(secrets, callbackUrl(publicUrl()))
      await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        await forgetFlows(tx, at)
        await insertFlow(tx, {
          cookie_hash: cookieHash,
          organization_id: organizationId,
          provider_id: id,
          session_id: sessionId,
          next_page: nextPage,
          expires_at: new Date(at.getTime() + flowMs),
        })
      })
      return { url, cookie }
    },

    /** @throws AppError `identity-flow-invalid`, `identity-provider-gone` */
    async take(cookie: string | undefined, state: string | undefined): Promise<Taken> {
      const invalid = () => new AppError('identity-flow-invalid')
      // Before anything is used up: whoever leads somebody's browser here must not end what they have begun.
      if (cookie === undefined || !isOfFlow(secretsOf(cookie), state)) throw invalid()
      const found = await database.lookUps.identityFlow(hashSecret(cookie))
      if (found === null) throw invalid()
      const { flow, provider } = await database.inOrganization(found.organizationId, async (tx) => {
        const used = await useFlow(tx, hashSecret(cookie), now())
        return { flow: used, provider: used && (await findProvider(tx, used.provider_id)) }
      })
      if (flow === undefined) throw invalid()
      if (provider === undefined) throw new AppError('identity-provider-gone')
      return { provider, secrets: secretsOf(cookie), sessionId: flow.session_id, nextPage: flow.next_page }
    },
  }
}
