import { PassThrough } from 'node:stream'
import type { UserId } from '@curtain/protocol'
import { AppError } from '../errors.ts'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import type { Sessions } from '../sessions/service.ts'
import type { VisitChanges } from './changes.ts'

const keepAliveMs = 20_000
/** What may wait in memory for a reader that does not read. */
const mostUnreadBytes = 64 * 1024
/** Open streams of one person: a page that gets none asks now and then instead. */
const mostStreamsPerUser = 12

export interface ChangeRoutesParts {
  changes: VisitChanges
  sessions: Sessions
  authentication: Authentication
  /** Aborted when the server stops: streams would keep it from ever ending. */
  stopping: AbortSignal
}

/** Server-sent events (WHATWG HTML §9.2): ids of visits that changed, for staff pages to read again. */
export function changeRoutes(app: HttpApp, { changes, sessions, authentication, stopping }: ChangeRoutesParts): void {
  const openStreams = new Map<UserId, number>()
  const count = (userId: UserId, by: 1 | -1) => {
    const left = (openStreams.get(userId) ?? 0) + by
    if (left > 0) openStreams.set(userId, left)
    else openStreams.delete(userId)
  }

  app.get(
    '/v1/visits/changes',
    {
      config: { unstructured: true },
      schema: {
        tags: ['visits'],
        summary: 'A stream of `changed` events (text/event-stream), each with the `visitId` that changed',
        security: [{ staffSession: [] }],
      },
    },
    async (request, reply) => {
      const { organizationId, sessionId, userId } = await authentication.staff(request)
      if ((openStreams.get(userId) ?? 0) >= mostStreamsPerUser) throw new AppError('rate-limited')
      count(userId, 1)
      const stream = new PassThrough()
      const write = (text: string) => {
        if (stream.writableEnded) return
        if (stream.writableLength > mostUnreadBytes) stream.destroy()
        else stream.write(text)
      }
      const unsubscribe = changes.subscribe(organizationId, (visitId) => {
        write(`event: changed\ndata: ${JSON.stringify({ visitId })}\n\n`)
      })
      const keepAlive = setInterval(() => {
        // A stream must not outlive the session it was opened with, nor keep it alive.
        sessions.isAlive(organizationId, sessionId).then(
          (alive) => (alive ? write(': still here\n\n') : stream.end()),
          () => stream.end(),
        )
      }, keepAliveMs)
      const stop = () => stream.end()
      stopping.addEventListener('abort', stop, { once: true })
      stream.once('close', () => {
        clearInterval(keepAlive)
        count(userId, -1)
        unsubscribe()
        stopping.removeEventListener('abort', stop)
      })
      write('retry: 2000\n\n')
      if (stopping.aborted) stop()
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream)
    },
  )
}
