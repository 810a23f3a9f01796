import { signedIn, signInInput, signInLinkInput, signInLinkResult } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { SessionEndings } from './endings.ts'
import { callerOf } from './caller.ts'
import type { Sessions } from './service.ts'
import type { SignIn } from './sign-in.ts'

export interface SessionRoutesParts {
  sessions: Sessions
  signIn: SignIn
  cookies: Cookies
  authentication: Authentication
  endings: Pick<SessionEndings, 'endSession'>
}

/** Signing in and out. */
export function sessionRoutes(app: HttpApp, { sessions, signIn, cookies, authentication, endings }: SessionRoutesParts): void {
  app.post(
    '/v1/sign-in',
    {
      config: { guessable: true },
      schema: {
        tags: ['sessions'],
        summary: 'Sign in with e-mail address and password',
        body: signInInput,
        response: { 200: signedIn, ...problemResponses(true, 'sign-in-failed', 'sign-in-throttled') },
      },
    },
    async (request, reply) => {
      const { email, password } = request.body
      const opened = await signIn.byPassword(email, password, callerOf(request))
      cookies.setSession(reply, opened.token)
      return opened.signedIn
    },
  )

  app.post(
    '/v1/sign-in-links/exchange',
    {
      config: { guessable: true },
      schema: {
        tags: ['sessions'],
        summary: 'Sign in with a one-time link',
        body: signInLinkInput,
        response: { 200: signInLinkResult, ...problemResponses(true, 'sign-in-link-invalid') },
      },
    },
    async (request, reply) => {
      const opened = await signIn.byLink(request.body.secret, callerOf(request))
      cookies.setSession(reply, opened.token)
      return { ...opened.signedIn, visitId: opened.visitId }
    },
  )

  app.post(
    '/v1/sign-out',
    {
      schema: {
        tags: ['sessions'],
        summary: 'Sign out; visits that were joined with it are left',
        security: [{ staffSession: [] }],
        response: { 204: z.undefined().describe('Signed out'), ...problemResponses(true) },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staffOrNull(request)
      if (actor !== null) {
        await sessions.signOut(actor)
        endings.endSession(actor.sessionId)
      }
      cookies.clearSession(reply)
      return reply.code(204).send()
    },
  )

  app.get(
    '/v1/me',
    {
      schema: {
        tags: ['sessions'],
        summary: 'Who is signed in',
        security: [{ staffSession: [] }],
        response: { 200: signedIn, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request) => sessions.describe(await authentication.staff(request)),
  )
}
