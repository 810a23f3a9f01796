import { PassThrough } from 'node:stream'
import type { UserId, VisitId } from '@curtain/protocol'
import { AppError } from '../errors.ts'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { callerOf } from '../http/caller.ts'
import type { Holder, SessionEndings } from '../sessions/endings.ts'
import type { Standing } from '../sessions/watch.ts'
import type { Following } from './following.ts'

const keepAliveMs = 20_000
/** What may wait in memory for a reader that does not read. */
const mostUnreadBytes = 64 * 1024
/** Open streams of one person: a page that gets none asks now and then instead. */
const mostStreamsPerUser = 12

export interface ChangeRoutesParts {
  following: Following
  /** What has become of what somebody acts by. */
  standingOf: (holder: Holder) => Promise<Standing>
  endings: Pick<SessionEndings, 'onEnd'>
  authentication: Authentication
  /** Aborted when the server stops: streams would keep it from ever ending. */
  stopping: AbortSignal
}

/** Server-sent events (WHATWG HTML §9.2): ids of visits that changed, for staff pages to read again. */
export function changeRoutes(app: HttpApp, { following, standingOf, endings, authentication, stopping }: ChangeRoutesParts): void {
  const openStreams = new Map<UserId, number>()
  const count = (userId: UserId, by: 1 | -1) => {
    const left = (openStreams.get(userId) ?? 0) + by
    if (left > 0) openStreams.set(userId, left)
    else openStreams.delete(userId)
  }

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
      const { organizationId, sessionId, userId } = actor
      const holder = { organizationId, userId, sessionId, address: callerOf(request).address }
      if ((openStreams.get(userId) ?? 0) >= mostStreamsPerUser) throw new AppError('rate-limited')
      count(userId, 1)
      const stream = new PassThrough()
      const write = (text: string) => {
        if (stream.writableEnded) return
        if (stream.writableLength > mostUnreadBytes) stream.destroy()
        else stream.write(text)
      }
      // A page that missed a change opens another stream, and reads everything again.
      const stop = () => stream.end()
      const tell = (visitId: VisitId) => write(`event: changed\ndata: ${JSON.stringify({ visitId })}\n\n`)
      const unfollow = await following.follow(actor, tell, stop).catch((error: unknown) => {
        count(userId, -1)
        throw error
      })
      // A stream must not outlive the session it was opened with, nor keep it alive.
      const look = () =>
        void standingOf(holder).then((standing) => (standing === 'over' ? stop() : write(': still here\n\n')), stop)
      const keepAlive = setInterval(look, keepAliveMs)
      stopping.addEventListener('abort', stop, { once: true })
      const unheard = endings.onEnd(holder, stop)
      stream.once('close', () => {
        clearInterval(keepAlive)
        count(userId, -1)
        unfollow()
        unheard()
        stopping.removeEventListener('abort', stop)
      })
      write('retry: 2000\n\n')
      // It may have ended since it was asked for, before anybody listened.
      look()
      if (stopping.aborted) stop()
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream)
    },
  )
}
