import {
  identityProvider,
  identityProviderList,
  ownIdentity,
  providerAnswer,
  redirection,
  type identityProviderChange,
  type IdentityProviderId,
  type identityProviderInput,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

/** Signing in by the organization's identity provider, and setting one up. */
export const identityProviderCalls = ({ ask, post }: Asking) => ({
  /** With what addresses like this can sign in. */
  providerFor: (email: string, signal: AbortSignal) =>
    ask('/v1/sign-in/provider', providerAnswer, { method: 'POST', body: { email }, signal }),
  startProviderSignIn: (id: IdentityProviderId, next: string) => post(`/v1/sign-in/provider/${id}/start`, redirection, { next }),

  ownIdentity: (signal?: AbortSignal) => ask('/v1/me/identity', ownIdentity, { ...(signal && { signal }) }),
  startLinking: () => post('/v1/me/identity/link/start', redirection),

  identityProviders: (signal: AbortSignal) => ask('/v1/identity-providers', identityProviderList, { signal }),
  createIdentityProvider: (input: z.input<typeof identityProviderInput>) =>
    post('/v1/identity-providers', identityProvider, input),
  changeIdentityProvider: (id: IdentityProviderId, change: z.input<typeof identityProviderChange>) =>
    ask(`/v1/identity-providers/${id}`, identityProvider, { method: 'PATCH', body: change }),
  removeIdentityProvider: (id: IdentityProviderId) =>
    ask(`/v1/identity-providers/${id}`, z.unknown(), { method: 'DELETE' }),
})
