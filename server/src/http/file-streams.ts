import { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import type { Holder } from '../sessions/endings.ts'
import type { Hold } from '../sessions/holding.ts'
import { limitPerUser } from './limit-per-user.ts'

/** How long whoever gets a file may read nothing of it. */
const patienceMs = 60_000
/** Files that one person gets at a time. */
const mostFilesPerUser = 2

/**
 * Sends a file as it is made: a piece is made when whoever gets it has taken the one before, so that one of any size needs
 * memory for a few pieces. It breaks off, so that nobody takes it for whole, when they stop reading, and when what it was
 * asked for with is over.
 * @throws AppError `rate-limited` where somebody gets several already
 */
export type StreamFile = (holder: Holder, text: () => Promise<AsyncGenerator<string>>) => Promise<Readable>

export function createFileStreams(hold: Hold, { stallMs = patienceMs } = {}): StreamFile {
  const openOne = limitPerUser(mostFilesPerUser)

  return async (holder, begin) => {
    const closeOne = openOne(holder.userId)
    const text = await begin().catch((error: unknown) => {
      closeOne()
      throw error
    })
    let stall: NodeJS.Timeout | undefined
    const stream: Readable = Readable.from(watched())
    const breakOff = () => void stream.destroy(new AppError('not-ready'))

    /** While a piece is with the reader the clock runs; while one is made it does not. */
    async function* watched(): AsyncGenerator<string> {
      for await (const piece of text) {
        stall = setTimeout(breakOff, stallMs)
        yield piece
        clearTimeout(stall)
      }
    }

    const letGo = hold(holder, { over: breakOff })
    stream.once('close', () => {
      clearTimeout(stall)
      closeOne()
      letGo()
    })
    // Told to whoever gets it by the end of the connection.
    stream.on('error', () => {})
    return stream
  }
}
