import type {
  ErrorCode,
  Id,
  IdentityProviderId,
  OrganizationId,
  OwnIdentity,
  ProviderName,
  ProviderReturn,
  Role,
  UserId,
} from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { isUniqueViolation } from '../database/unique-violation.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret } from '../keys/secrets.ts'
import type { Caller } from '../sessions/caller.ts'
import type { SessionEndings } from '../sessions/endings.ts'
import { openSession } from '../sessions/progress.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser, insertUser } from '../users/store.ts'
import { domainOf, readArrival, type Arrival } from './arrival.ts'
import { claimedRoles, type RoleRules } from './claimed-roles.ts'
import { flowMs, isOfFlow, newFlow, secretsOf } from './flow.ts'
import type { OpenProvider, ProviderClient } from './provider-client.ts'
import { changeRoles, type RolesChanged } from './role-change.ts'
import { accessTo, callbackUrl, signedOutUrl } from './service.ts'
import {
  findIdentity,
  findProvider,
  forgetFlows,
  identitiesOf,
  insertFlow,
  insertIdentitySession,
  providerOfSession,
  putIdentity,
  readMappings,
  useFlow,
  type StoredProvider,
} from './store.ts'

/** Puts somebody new in line for approval, once. */
export type AskForAccount = (
  tx: Transaction,
  whom: { organizationId: OrganizationId; providerId: IdentityProviderId; roles: Role[] } & Pick<
    Arrival,
    'subjectHash' | 'email' | 'name'
  >,
  now: Date,
) => Promise<void>

export interface ProviderSignInOptions {
  database: Database
  keys: Keys
  openProvider: OpenProvider
  askForAccount: (organizationId: OrganizationId) => Promise<AskForAccount>
  endings: Pick<SessionEndings, 'endSession' | 'refresh'>
  publicUrl: () => string
  now?: () => Date
}

/** Where the browser goes on, and with what cookie. */
export interface Returned {
  /** A page of our own. */
  page: string
  /** The session that was opened. */
  token: string | null
}

export type ProviderSignIn = ReturnType<typeof createProviderSignIn>

/** Coming in by an organization's identity provider (OpenID Connect Core 1.0, §3.1), and belonging to an account there. */
export function createProviderSignIn({
  database,
  keys,
  openProvider,
  askForAccount,
  endings,
  publicUrl,
  now = () => new Date(),
}: ProviderSignInOptions) {
  async function open(row: StoredProvider): Promise<ProviderClient> {
    return openProvider(accessTo(await keys.sealer(row.organization_id), row))
  }

  async function begin(
    { organizationId, id }: { organizationId: OrganizationId; id: IdentityProviderId },
    { sessionId = null, next = null }: { sessionId?: Id<'session'> | null; next?: string | null },
  ): Promise<{ url: string; cookie: string }> {
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
        next_page: next,
        expires_at: new Date(at.getTime() + flowMs),
      })
    })
    return { url, cookie }
  }

  /** @throws AppError `identity-flow-invalid` */
  async function takeFlow(cookie: string | undefined, state: string | undefined) {
    const invalid = () => new AppError('identity-flow-invalid')
    // Before anything is used up: whoever leads somebody's browser here must not end what they have begun.
    if (cookie === undefined || !isOfFlow(secretsOf(cookie), state)) throw invalid()
    const found = await database.lookUps.identityFlow(hashSecret(cookie))
    if (found === null) throw invalid()
    const { organizationId } = found
    return database.inOrganization(organizationId, async (tx) => {
      const flow = await useFlow(tx, hashSecret(cookie), now())
      if (flow === undefined) throw invalid()
      const provider = await findProvider(tx, flow.provider_id)
      if (provider === undefined) throw new AppError('identity-provider-gone')
      return { flow, provider, secrets: secretsOf(cookie) }
    })
  }

  /** Whom the account is of that comes, or is made: nobody's account is taken over by an address alone. */
  async function signIn(provider: StoredProvider, arrival: Arrival, caller: Caller): Promise<{ token: string; isWhole: boolean }> {
    const { organization_id: organizationId, id: providerId } = provider
    const rules: RoleRules = { claim: provider.role_claim, mappings: readMappings(provider) }
    const claimed = claimedRoles(rules, arrival.claims)
    const isTaken = (await database.lookUps.user(arrival.email)) !== null
    const ask = await askForAccount(organizationId)
    const fields = await keys.sealer(organizationId)
    const { outcome, change } = await database.inOrganization(organizationId, async (tx) => {
      const at = now()
      const identity = await findIdentity(tx, providerId, arrival.subjectHash)
      let userId = identity?.user_id
      let changed: RolesChanged | null = null
      if (userId !== undefined) {
        changed = await changeRoles(tx, { organizationId, userId }, rules, claimed, at)
      } else {
        if (isTaken) throw new AppError('account-exists')
        if (provider.new_accounts === 'wait' || claimed.length === 0) {
          const { subjectHash, email, name } = arrival
          await ask(tx, { organizationId, providerId, roles: claimed, subjectHash, email, name }, at)
          return { outcome: null, change: null }
        }
        userId = await makeAccount(tx, provider, arrival, claimed, at)
      }
      const opens = provider.trusts_second_factor || arrival.usedSecondFactor ? 'whole' : 'step by step'
      const whom = { organizationId, userId, way: 'identity-provider', opens } as const
      const { token, sessionId, step } = await openSession(tx, whom, { fields, caller, now: at })
      await insertIdentitySession(tx, {
        session_id: sessionId,
        organization_id: organizationId,
        provider_id: providerId,
        subject_hash: arrival.subjectHash,
        provider_session_hash: arrival.sessionHash,
      })
      return { outcome: { token, isWhole: step.next === 'none' }, change: changed }
    }).catch((error: unknown) => {
      // Two who are made at once with one address: the later one finds that there is an account.
      throw isUniqueViolation(error) ? new AppError('account-exists', { cause: error }) : error
    })
    for (const session of change?.sessions ?? []) (change?.leavesVisits ? endings.endSession : endings.refresh)(session)
    if (outcome === null) throw new AppError('account-waiting')
    return outcome
  }

  async function makeAccount(tx: Transaction, provider: StoredProvider, arrival: Arrival, roles: Role[], at: Date): Promise<UserId> {
    const { organization_id: organizationId, id: providerId } = provider
    const userId = newId('user', at)
    const { name, email, subjectHash } = arrival
    await insertUser(tx, { id: userId, organizationId, name, email, passwordHash: null, roles, now: at })
    await putIdentity(tx, { organizationId, providerId, subjectHash, userId, now: at })
    await record(tx, { type: 'user.created', organizationId, userId, target: userId, facts: { roles } }, at)
    await record(tx, { type: 'identity.linked', organizationId, userId, target: userId, facts: { providerId } }, at)
    return userId
  }

  /** @throws AppError `identity-flow-invalid` where the session is not the one that asked for it; `identity-taken` */
  async function link(provider: StoredProvider, arrival: Arrival, asked: Id<'session'>, actor: SignedInActor | null): Promise<void> {
    if (actor?.sessionId !== asked) throw new AppError('identity-flow-invalid')
    const { organizationId, userId, sessionId } = actor
    const { id: providerId } = provider
    await database.inOrganization(organizationId, async (tx) => {
      const at = now()
      const existing = await findIdentity(tx, providerId, arrival.subjectHash)
      if (existing !== undefined && existing.user_id !== userId) throw new AppError('identity-taken')
      if (existing !== undefined) return
      await putIdentity(tx, { organizationId, providerId, subjectHash: arrival.subjectHash, userId, now: at })
      await record(tx, { type: 'identity.linked', organizationId, userId, sessionId, target: userId, facts: { providerId } }, at)
    })
  }

  /** That somebody came and was not let in; of somebody known, that stands with their account as well. */
  async function recordRefusal(provider: StoredProvider, code: ErrorCode): Promise<void> {
    const { organization_id: organizationId, id: target } = provider
    const facts = { reason: code }
    await database.inOrganization(organizationId, (tx) =>
      record(tx, { type: 'identity.refused', organizationId, outcome: 'denied', target, facts }, now()),
    )
  }

  return {
    /** With what somebody may sign in, by the domain of their address alone. */
    async providerFor(email: string): Promise<ProviderName | null> {
      const found = await database.lookUps.identityDomain(domainOf(email))
      if (found === null) return null
      const row = await database.inOrganization(found.organizationId, (tx) => findProvider(tx, found.id))
      return row === undefined ? null : { id: row.id, name: row.name }
    },

    /**
     * Sends a browser to a provider.
     * @param next the page of our own to come to in the end
     * @throws AppError `identity-provider-gone`, `identity-provider-unreachable`, `identity-provider-invalid`
     */
    async begin(id: IdentityProviderId, next: string | null): Promise<{ url: string; cookie: string }> {
      const found = await database.lookUps.identityProvider(id)
      if (found === null) throw new AppError('identity-provider-gone')
      return begin({ organizationId: found.organizationId, id }, { next })
    },

    /**
     * The same, to link who comes back with the account of the session.
     * @throws AppError as `begin`; `identity-provider-gone` also where none is for addresses like theirs
     */
    async beginLink(actor: SignedInActor): Promise<{ url: string; cookie: string }> {
      const { organizationId, userId, sessionId } = actor
      const user = await database.inOrganization(organizationId, (tx) => findUser(tx, userId))
      const found = user === undefined ? null : await database.lookUps.identityDomain(domainOf(user.email))
      if (found?.organizationId !== organizationId) throw new AppError('identity-provider-gone')
      return begin(found, { sessionId })
    },

    /**
     * A browser comes back from a provider. Whatever comes of it is a page of our own: of a refusal, with its code.
     * @param cookie of the flow
     * @param actor who is signed in in this browser already
     */
    async finish(
      cookie: string | undefined,
      query: ProviderReturn,
      { caller, actor }: { caller: Caller; actor: SignedInActor | null },
    ): Promise<Returned> {
      let from = '/sign-in'
      let begun: StoredProvider | undefined
      try {
        const { flow, provider, secrets } = await takeFlow(cookie, query.state)
        begun = provider
        if (flow.session_id !== null) from = '/account'
        const returned = new URL(callbackUrl(publicUrl()))
        for (const [name, value] of Object.entries(query)) if (value !== undefined) returned.searchParams.set(name, value)
        const client = await open(provider)
        const wanted = ['email', 'email_verified', ...(provider.role_claim === null ? [] : [provider.role_claim])]
        const arrival = readArrival(await client.exchange(returned, secrets, wanted), provider.domains)
        if (flow.session_id !== null) {
          await link(provider, arrival, flow.session_id, actor)
          return { page: '/account', token: null }
        }
        const { token, isWhole } = await signIn(provider, arrival, caller)
        const next = flow.next_page ?? '/today'
        return { page: isWhole ? next : `/sign-in?next=${encodeURIComponent(next)}`, token }
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (begun !== undefined) await recordRefusal(begun, error.code)
        return { page: `${from}?refused=${error.code}`, token: null }
      }
    },

    /** How the actor's account and providers belong together. */
    async own({ organizationId, userId, sessionId }: SignedInActor): Promise<OwnIdentity> {
      const { user, linked, openedBy } = await database.inOrganization(organizationId, async (tx) => {
        const by = await providerOfSession(tx, sessionId)
        return {
          user: await findUser(tx, userId),
          linked: await identitiesOf(tx, userId),
          openedBy: by === undefined ? undefined : await findProvider(tx, by.provider_id),
        }
      })
      const found = user === undefined ? null : await database.lookUps.identityDomain(domainOf(user.email))
      const reachable = found?.organizationId === organizationId ? found.id : null
      const available = linked.some(({ id }) => id === reachable) ? null : reachable
      const row = available && (await database.inOrganization(organizationId, (tx) => findProvider(tx, available)))
      return {
        linked: linked.map(({ id, name, linked_at: since }) => ({ provider: { id, name }, since: since.toISOString() })),
        available: row ? { id: row.id, name: row.name } : null,
        signOut: openedBy === undefined ? null : await signOutOf(openedBy),
      }
    },
  }

  /** A provider that is away keeps nobody from reading their own account. */
  async function signOutOf(row: StoredProvider): Promise<OwnIdentity['signOut']> {
    const client = await open(row).catch(() => null)
    const url = client?.signOutUrl(signedOutUrl(publicUrl())) ?? null
    return url === null ? null : { provider: { id: row.id, name: row.name }, url }
  }
}
