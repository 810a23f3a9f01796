import { sessionId, staffSessionList } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { OwnSessions } from './own-sessions.ts'
import type { Sessions } from './service.ts'

export interface OwnSessionRoutesParts {
  ownSessions: OwnSessions
  sessions: Pick<Sessions, 'touch'>
  authentication: Authentication
}

/** Where somebody is signed in. */
export function ownSessionRoutes(app: HttpApp, { ownSessions, sessions, authentication }: OwnSessionRoutesParts): void {
  const tags = ['sessions']
  const security = [{ staffSession: [] }]

  app.get(
    '/v1/me/sessions',
    {
      config: { records: { nothing: 'It is about the caller’s own account.' } },
      schema: {
        tags,
        summary: 'The browsers that one is signed in with',
        security,
        response: { 200: staffSessionList, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request) => ({ sessions: await ownSessions.list(await authentication.staff(request)) }),
  )

  app.delete(
    '/v1/me/sessions/:sessionId',
    {
      config: { records: ['session.ended'] },
      schema: {
        tags,
        summary: 'Sign one of them out; visits that were joined with it are left',
        security,
        params: z.object({ sessionId }),
        response: { 204: z.undefined().describe('Signed out'), ...problemResponses(true, 'not-signed-in', 'not-found') },
      },
    },
    async (request, reply) => {
      await ownSessions.end(await authentication.staff(request), request.params.sessionId)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/me/sessions/end-others',
    {
      config: { records: ['session.ended'] },
      schema: {
        tags,
        summary: 'Sign all of them out but this one',
        security,
        response: { 204: z.undefined().describe('Signed out'), ...problemResponses(true, 'not-signed-in') },
      },
    },
    async (request, reply) => {
      await ownSessions.endOthers(await authentication.staff(request))
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/me/activity',
    {
      config: { records: { nothing: 'It says that the person is there; the session has been on record since it began.' } },
      schema: {
        tags,
        summary: 'Say that the person is there, though the page has nothing to ask',
        security,
        response: { 204: z.undefined().describe('Noted'), ...problemResponses(true, 'not-signed-in') },
      },
    },
    async (request, reply) => {
      await sessions.touch(await authentication.staff(request))
      return reply.code(204).send()
    },
  )
}
