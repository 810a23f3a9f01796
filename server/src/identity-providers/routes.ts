import {
  identityProvider,
  identityProviderChange,
  identityProviderId,
  identityProviderInput,
  identityProviderList,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { IdentityProviders } from './service.ts'

const params = z.object({ identityProviderId })
const tags = ['identity providers']
const security = [{ staffSession: [] }]
const always = ['not-signed-in', 'forbidden', 'confirmation-needed'] as const
const asked = ['identity-provider-unreachable', 'identity-provider-invalid', 'domain-taken'] as const

/** By whom an organization has its staff signed in. */
export function identityProviderRoutes(
  app: HttpApp,
  { providers, authentication }: { providers: IdentityProviders; authentication: Authentication },
): void {
  app.get(
    '/v1/identity-providers',
    {
      config: { records: ['identity-provider.listed'] },
      schema: {
        tags,
        summary: 'The identity providers of the organization, without their secrets',
        security,
        response: { 200: identityProviderList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => providers.list(await authentication.staff(request)),
  )

  app.post(
    '/v1/identity-providers',
    {
      config: { records: ['identity-provider.created'] },
      schema: {
        tags,
        summary: 'Take up an OpenID Connect provider, once it has said what it can do',
        security,
        body: identityProviderInput,
        response: { 201: identityProvider, ...problemResponses(true, ...always, ...asked) },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      return reply.code(201).send(await providers.create(actor, request.body))
    },
  )

  app.patch(
    '/v1/identity-providers/:identityProviderId',
    {
      config: { records: ['identity-provider.changed'] },
      schema: {
        tags,
        summary: 'Change how people come in by a provider',
        description: 'With another issuer, nobody is known by the earlier one any more: everybody links their account again.',
        security,
        params,
        body: identityProviderChange,
        response: { 200: identityProvider, ...problemResponses(true, ...always, ...asked, 'not-found') },
      },
    },
    async (request) => {
      const actor = await authentication.confirmed(request)
      return providers.change(actor, request.params.identityProviderId, request.body)
    },
  )

  app.delete(
    '/v1/identity-providers/:identityProviderId',
    {
      config: { records: ['identity-provider.removed'] },
      schema: {
        tags,
        summary: 'Let nobody come in by a provider any more; sessions that it opened stay',
        security,
        params,
        response: { 204: z.undefined().describe('Removed'), ...problemResponses(true, ...always, 'not-found') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      await providers.remove(actor, request.params.identityProviderId)
      return reply.code(204).send()
    },
  )
}
