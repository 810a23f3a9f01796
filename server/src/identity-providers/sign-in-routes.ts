import {
  identityProviderId,
  ownIdentity,
  providerAnswer,
  providerQuestion,
  providerReturn,
  providerStart,
  redirection,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import { callerOf } from '../http/caller.ts'
import type { Linking } from './linking.ts'
import type { ProviderSignIn } from './sign-in.ts'

const tags = ['identity providers']
const security = [{ staffSession: [] }]
const begins = ['identity-provider-gone', 'identity-provider-unreachable', 'identity-provider-invalid'] as const

export interface ProviderSignInRoutesParts {
  signIn: ProviderSignIn
  linking: Linking
  authentication: Authentication
  cookies: Cookies
}

/** Signing in by an identity provider, and linking an account with one. */
export function providerSignInRoutes(app: HttpApp, { signIn, linking, authentication, cookies }: ProviderSignInRoutesParts): void {
  app.post(
    '/v1/sign-in/provider',
    {
      config: { guessable: true, records: { nothing: 'It tells which provider a domain has, and nothing of anybody’s account.' } },
      schema: {
        tags,
        summary: 'The identity provider for addresses of a domain',
        description: 'Tells by the domain alone, and not whether there is such an account.',
        body: providerQuestion,
        response: { 200: providerAnswer, ...problemResponses(true) },
      },
    },
    async (request) => ({ provider: await signIn.providerFor(request.body.email) }),
  )

  app.post(
    '/v1/sign-in/provider/:identityProviderId/start',
    {
      config: { guessable: true, records: { nothing: 'Nobody has shown who they are; coming back is on record.' } },
      schema: {
        tags,
        summary: 'Begin to sign in by an identity provider',
        description: 'Sets a cookie for ten minutes; only the browser that has it can come back.',
        params: z.object({ identityProviderId }),
        body: providerStart,
        response: { 200: redirection, ...problemResponses(true, ...begins) },
      },
    },
    async (request, reply) => {
      const { url, cookie } = await signIn.begin(request.params.identityProviderId, request.body.next ?? null)
      cookies.setIdentityFlow(reply, cookie)
      return { url }
    },
  )

  app.get(
    '/v1/sign-in/provider/callback',
    {
      config: {
        guessable: true,
        records: [
          'session.signed-in', 'session.begun', 'session.sign-in-failed', 'user.created', 'user.roles-changed',
          'identity.linked', 'identity.refused', 'sign-up.received',
        ],
      },
      schema: {
        tags,
        summary: 'Where identity providers lead back to',
        description:
          'Leads on to a page, with the code of a refusal as `refused` in its address. What keeps others from leading somebody ' +
          'here is that `state` must belong to the cookie; both are used up by it.',
        querystring: providerReturn,
        response: { 303: z.undefined().describe('On to a page'), ...problemResponses(false) },
      },
    },
    async (request, reply) => {
      const { page, token } = await signIn.finish(request.query, {
        cookie: cookies.identityFlow(request),
        caller: callerOf(request),
        actor: await authentication.staffOrNull(request),
      })
      if (token !== null) {
        cookies.setSession(reply, token)
        cookies.clearIdentityFlow(reply)
      }
      return reply.code(303).header('location', page).send()
    },
  )

  app.get(
    '/v1/me/identity',
    {
      config: { records: { nothing: 'It is about the caller’s own account.' } },
      schema: {
        tags,
        summary: 'With which providers one’s own account is linked, or can be',
        security,
        response: { 200: ownIdentity, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request) => linking.read(await authentication.staff(request)),
  )

  app.post(
    '/v1/me/identity/link/start',
    {
      config: { records: { nothing: 'Nothing is linked before the provider has led back, and that is on record.' } },
      schema: {
        tags,
        summary: 'Begin to link one’s own account with the organization’s identity provider',
        security,
        response: {
          200: redirection,
          ...problemResponses(true, 'not-signed-in', 'confirmation-needed', ...begins),
        },
      },
    },
    async (request, reply) => {
      const { url, cookie } = await linking.begin(await authentication.confirmed(request))
      cookies.setIdentityFlow(reply, cookie)
      return { url }
    },
  )
}
