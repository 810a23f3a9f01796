import type { ErrorCode, IdentityProviderId, ProviderName, ProviderReturn } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/caller.ts'
import type { SignedInActor } from '../users/schema.ts'
import { domainOf, readArrival } from './arrival.ts'
import type { Entry } from './entry.ts'
import type { Begun, Flows } from './flows.ts'
import type { Linking } from './linking.ts'
import { callbackUrl, signedOutUrl } from './service.ts'
import { findProvider, type StoredProvider } from './store.ts'

export interface ProviderSignInOptions {
  database: Database
  flows: Flows
  entry: Entry
  linking: Linking
  publicUrl: () => string
  now?: () => Date
}

/** Where the browser goes on, and with what cookie. */
export interface Returned {
  /** A page of our own. */
  page: string
  /** Of the session that was opened. */
  token: string | null
}

/** Who comes back, as far as this server knows. */
export interface Visitor {
  /** What the flow's cookie holds. */
  cookie: string | undefined
  caller: Caller
  /** Who is signed in in this browser already. */
  actor: SignedInActor | null
}

export type ProviderSignIn = ReturnType<typeof createProviderSignIn>

/** Signing in by an organization's identity provider (OpenID Connect Core 1.0, §3.1). */
export function createProviderSignIn({ database, flows, entry, linking, publicUrl, now = () => new Date() }: ProviderSignInOptions) {
  async function recordRefusal({ organization_id: organizationId, id: target }: StoredProvider, code: ErrorCode): Promise<void> {
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
     * @param nextPage of our own, to come to in the end
     * @throws AppError `identity-provider-gone`, `identity-provider-unreachable`, `identity-provider-invalid`
     */
    async begin(id: IdentityProviderId, nextPage: string | null): Promise<Begun> {
      const found = await database.lookUps.identityProvider(id)
      if (found === null) throw new AppError('identity-provider-gone')
      return flows.begin({ organizationId: found.organizationId, id }, { nextPage })
    },

    /** A browser comes back. Whatever comes of it is a page of our own: of a refusal, with its code. */
    async finish(query: ProviderReturn, { cookie, caller, actor }: Visitor): Promise<Returned> {
      let from = '/sign-in'
      let begun: StoredProvider | undefined
      try {
        const { provider, secrets, sessionId, nextPage } = await flows.take(cookie, query.state)
        begun = provider
        if (sessionId !== null) {
          from = '/account'
          // Whoever has signed out since, or in as somebody else, has nothing linked.
          if (actor?.sessionId !== sessionId) throw new AppError('identity-flow-invalid')
        }
        const returned = new URL(callbackUrl(publicUrl()))
        for (const [name, value] of Object.entries(query)) if (value !== undefined) returned.searchParams.set(name, value)
        const client = await flows.open(provider)
        const wanted = ['email', 'email_verified', ...(provider.role_claim === null ? [] : [provider.role_claim])]
        const arrival = readArrival(await client.exchange(returned, secrets, wanted), provider.domains)
        if (sessionId !== null && actor !== null) {
          await linking.link(provider, arrival, actor)
          return { page: '/account', token: null }
        }
        const { token, isWhole } = await entry.enter(provider, arrival, caller, client.signOutUrl(signedOutUrl(publicUrl())))
        const page = nextPage ?? '/today'
        return { page: isWhole ? page : `/sign-in?next=${encodeURIComponent(page)}`, token }
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (begun !== undefined) await recordRefusal(begun, error.code)
        return { page: `${from}?refused=${error.code}`, token: null }
      }
    },
  }
}
