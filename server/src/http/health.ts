import { isLoopback } from '../config.ts'
import { AppError } from '../errors.ts'
import { z } from 'zod'
import type { HttpApp } from './http-server.ts'
import type { Metrics } from './metrics.ts'
import { problemResponses } from './problems.ts'

/** What /readyz asks of the parts. */
export interface Readiness {
  isDatabaseReachable(): Promise<boolean>
  areMediaWorkersRunning(): boolean
  isDraining(): boolean
}

const alive = z.object({ status: z.literal('alive') })
const ready = z.object({ status: z.literal('ready') })

/** For whoever runs the server: whether it lives, whether it should get visits, and its figures. */
export function healthRoutes(app: HttpApp, readiness: Readiness, metrics: Metrics): void {
  app.get(
    '/healthz',
    {
      config: { records: { nothing: 'It tells that the process lives.' } },
      schema: { tags: ['operation'], summary: 'Whether the process lives', response: { 200: alive } },
    },
    () => ({ status: 'alive' as const }),
  )

  app.get(
    '/readyz',
    {
      config: { records: { nothing: 'It tells whether visits can be held.' } },
      schema: {
        tags: ['operation'],
        summary: 'Whether visits can be held: database and media workers are up, and it is not stopping',
        response: { 200: ready, ...problemResponses(false) },
      },
    },
    async () => {
      const isReady =
        !readiness.isDraining() && readiness.areMediaWorkersRunning() && (await readiness.isDatabaseReachable())
      if (!isReady) throw new AppError('not-ready')
      return { status: 'ready' as const }
    },
  )

  app.get(
    '/metrics',
    { schema: { hide: true }, config: { unstructured: true, records: { nothing: 'It tells figures of the server, to itself.' } } },
    // The figures tell how busy a clinic is, so only this machine may read them: a collector elsewhere needs an agent or
    // a tunnel here. Behind a declared proxy `ip` is the client's own, so it does not open them to the world.
    async (request, reply) => {
      if (!isLoopback(request.ip.replace(/^::ffff:/, ''))) throw new AppError('not-found')
      return reply.type(metrics.contentType).send(await metrics.text())
    },
  )
}
