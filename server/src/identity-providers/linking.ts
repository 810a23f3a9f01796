import type { OwnIdentity } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import { domainOf, type Arrival } from './arrival.ts'
import type { Begun, Flows } from './flows.ts'
import { findIdentity, findProvider, identitiesOf, providerOfSession, putIdentity, type StoredProvider } from './store.ts'

export interface LinkingOptions {
  database: Database
  flows: Pick<Flows, 'begin'>
  now?: () => Date
}

export type Linking = ReturnType<typeof createLinking>

/** How somebody's own account and their organization's identity provider belong together. */
export function createLinking({ database, flows, now = () => new Date() }: LinkingOptions) {
  /** The provider of their own organization that an address leads to. */
  async function providerOf({ organizationId }: SignedInActor, email: string | undefined) {
    const found = email === undefined ? null : await database.lookUps.identityDomain(domainOf(email))
    return found?.organizationId === organizationId ? found : null
  }

  return {
    /** Sends the browser of somebody who is signed in to their provider. @throws AppError as `Flows.begin` */
    async begin(actor: SignedInActor): Promise<Begun> {
      const { organizationId, userId, sessionId } = actor
      const user = await database.inOrganization(organizationId, (tx) => findUser(tx, userId))
      const provider = await providerOf(actor, user?.email)
      if (provider === null) throw new AppError('identity-provider-gone')
      return flows.begin(provider, { sessionId })
    },

    /**
     * From now on whoever comes with this identity is the actor.
     * @throws AppError `identity-taken` where it is somebody else's
     */
    async link(provider: StoredProvider, { subjectHash }: Arrival, actor: SignedInActor): Promise<void> {
      const { organizationId, userId, sessionId } = actor
      const { id: providerId } = provider
      await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const existing = await findIdentity(tx, providerId, subjectHash)
        if (existing !== undefined && existing.user_id !== userId) throw new AppError('identity-taken')
        if (existing !== undefined) return
        await putIdentity(tx, { organizationId, providerId, subjectHash, userId, now: at })
        const facts = { providerId }
        await record(tx, { type: 'identity.linked', organizationId, userId, sessionId, target: userId, facts }, at)
      })
    },

    async read(actor: SignedInActor): Promise<OwnIdentity> {
      const { organizationId, userId, sessionId } = actor
      const { user, linked, openedBy } = await database.inOrganization(organizationId, async (tx) => ({
        user: await findUser(tx, userId),
        linked: await identitiesOf(tx, userId),
        openedBy: await providerOfSession(tx, sessionId),
      }))
      const reachable = await providerOf(actor, user?.email)
      const isLinked = linked.some(({ id }) => id === reachable?.id)
      const available =
        reachable === null || isLinked
          ? undefined
          : await database.inOrganization(organizationId, (tx) => findProvider(tx, reachable.id))
      const url = openedBy?.sign_out_url ?? null
      return {
        linked: linked.map(({ id, name, linked_at: since }) => ({ provider: { id, name }, since: since.toISOString() })),
        available: available === undefined ? null : { id: available.id, name: available.name },
        signOut: openedBy === undefined || url === null ? null : { provider: { id: openedBy.id, name: openedBy.name }, url },
      }
    },
  }
}
