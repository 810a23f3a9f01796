import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { callerOf } from '../http/caller.ts'
import type { OpenEventStream } from '../http/event-streams.ts'
import type { Following } from './following.ts'

export interface ChangeRoutesParts {
  following: Following
  authentication: Authentication
  openEventStream: OpenEventStream
}

/** Ids of visits that changed, for staff pages to read again. */
export function changeRoutes(app: HttpApp, { following, authentication, openEventStream }: ChangeRoutesParts): void {
  app.get(
    '/v1/visits/changes',
    {
      config: {
        unstructured: true,
        scope: 'visits:read',
        records: { nothing: 'It tells ids of visits; reading one of them is on record.' },
      },
      schema: {
        tags: ['visits'],
        summary: 'A stream of `changed` events (text/event-stream), each with the `visitId` that changed',
        security: [{ staffSession: [] }],
      },
    },
    async (request, reply) => {
      const actor = await authentication.staffOrKey(request)
      const { organizationId, userId, sessionId } = actor
      const holder = { organizationId, userId, sessionId, address: callerOf(request).address }
      const stream = await openEventStream(holder, (tell, stop) =>
        following.follow(actor, (visitId) => tell('changed', { visitId }), stop),
      )
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream)
    },
  )
}
