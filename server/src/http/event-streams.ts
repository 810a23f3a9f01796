import { PassThrough, type Readable } from 'node:stream'
import type { Holder } from '../sessions/endings.ts'
import type { Hold } from '../sessions/holding.ts'
import { limitPerUser } from './limit-per-user.ts'

/** What may wait in memory for a reader that does not read. */
const mostUnreadBytes = 64 * 1024
/** Open streams of one person: a page that gets none asks now and then instead. */
const mostStreamsPerUser = 12

/**
 * Opens a stream of server-sent events (WHATWG HTML §9.2) for as long as what it was asked for with lasts.
 * @param follow begins to tell, until the function that it answers with is called; `stop` ends the stream
 * @returns what is to be sent
 * @throws AppError `rate-limited` where somebody has too many open; what `follow` throws
 */
export type OpenEventStream = (
  holder: Holder,
  follow: (tell: (event: string, data: unknown) => void, stop: () => void) => Promise<() => void>,
) => Promise<Readable>

export function createEventStreams(hold: Hold): OpenEventStream {
  const openOne = limitPerUser(mostStreamsPerUser)

  return async (holder, follow) => {
    const closeOne = openOne(holder.userId)
    const stream = new PassThrough()
    const write = (text: string) => {
      if (stream.writableEnded) return
      if (stream.writableLength > mostUnreadBytes) stream.destroy()
      else stream.write(text)
    }
    // A page that missed something opens another stream, and reads everything again.
    const stop = () => stream.end()
    write('retry: 2000\n\n')
    const unfollow = await follow((event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`), stop).catch(
      (error: unknown) => {
        closeOne()
        throw error
      },
    )
    // A stream must not outlive the session it was opened with, nor keep it alive.
    const letGo = hold(holder, { over: stop, good: () => write(': still here\n\n') })
    stream.once('close', () => {
      closeOne()
      unfollow()
      letGo()
    })
    return stream
  }
}
