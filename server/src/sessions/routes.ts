import { me } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { SessionEndings } from './endings.ts'
import type { Sessions } from './service.ts'

export interface SessionRoutesParts {
  sessions: Sessions
  cookies: Cookies
  authentication: Authentication
  endings: Pick<SessionEndings, 'endSession'>
}

/** Who is signed in, and signing out. */
export function sessionRoutes(app: HttpApp, { sessions, cookies, authentication, endings }: SessionRoutesParts): void {
  app.post(
    '/v1/sign-out',
    {
      config: { records: ['session.signed-out'] },
      schema: {
        tags: ['sessions'],
        summary: 'Sign out; visits that were joined with it are left',
        security: [{ staffSession: [] }],
        response: { 204: z.undefined().describe('Signed out'), ...problemResponses(true) },
      },
    },
    async (request, reply) => {
      const held = await authentication.heldOrNull(request)
      if (held !== null) {
        await sessions.signOut(held.actor)
        endings.endSession(held.actor.sessionId)
      }
      cookies.clearSession(reply)
      return reply.code(204).send()
    },
  )

  app.get(
    '/v1/me',
    {
      config: { records: { nothing: 'It is about the caller’s own account.' } },
      schema: {
        tags: ['sessions'],
        summary: 'Who is signed in, and for how long',
        security: [{ staffSession: [] }],
        response: { 200: me, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request) => sessions.describe(await authentication.staff(request)),
  )
}
