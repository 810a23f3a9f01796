import { errors } from 'mediasoup'
import { AppError } from '../errors.ts'

/**
 * Does something with the media server and gives its failure a code: `media-unavailable` when its worker is gone, else
 * `media-rejected`, because it checks what the client sent and refuses by throwing.
 */
export async function withMedia<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof errors.WorkerClosedError) throw new AppError('media-unavailable', { cause })
    throw new AppError('media-rejected', { cause })
  }
}
