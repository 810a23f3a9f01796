import type { FastifyRequest } from 'fastify'
import { demand } from '../audit/denials.ts'
import type { Database } from '../database/database.ts'
import type { HttpApp } from '../http/http-server.ts'
import type { ServiceActor } from '../users/schema.ts'
import type { KeyCheck } from './key-check.ts'
import { mayUseRoute } from './policy.ts'

/** RFC 7617 §2. Told to programs that showed something alone: browsers answer it by asking people for a password. */
const challenge = 'Basic realm="Curtain", charset="UTF-8"'

/**
 * Looks at every request to the API that shows a key, before anything else is done with it: whose it is, and whether the
 * route is for such a key. To be called before the routes are added.
 * @returns which key a request was let in with; null for one that showed none
 */
export function guardKeys(
  app: HttpApp,
  { check, database }: { check: KeyCheck; database: Database },
): (request: FastifyRequest) => ServiceActor | null {
  const actors = new WeakMap<FastifyRequest, ServiceActor>()
  app.addHook('onRequest', async (request, reply) => {
    const { url: pattern = '', config } = request.routeOptions
    const { authorization } = request.headers
    // Pages, health and figures look at nobody's identity.
    if (authorization === undefined || !pattern.startsWith('/v1/')) return
    const { actor } = await check.authenticate(authorization, request.ip).catch((error: unknown) => {
      void reply.header('www-authenticate', challenge)
      throw error
    })
    await demand(database, actor, mayUseRoute(actor, config.scope), `${request.method} ${pattern}`)
    actors.set(request, actor)
  })
  return (request) => actors.get(request) ?? null
}
