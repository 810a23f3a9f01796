import { pino, type BaseLogger, type DestinationStream, type Level } from 'pino'
import { AppError } from './errors.ts'

export type Log = BaseLogger

/**
 * The fields that may be logged. Anything else is dropped, so that no name, address, URL or body gets into a log by
 * being handed to it. Ids carry no meaning and are fine.
 */
const allowedFields = new Set([
  'code', 'connections', 'count', 'durationMs', 'error', 'method', 'organizationId', 'part', 'participantId', 'pid', 'port', 'reason',
  'reference', 'roomId', 'route', 'signal', 'status', 'userId', 'version', 'visitId', 'worker', 'workerPid', 'workers',
])

/** Makes the log: JSON lines, with allow-listed fields only. */
export function createLog(level: Level | 'silent', destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) =>
        Object.fromEntries(Object.entries(fields).filter(([name]) => allowedFields.has(name))),
    },
    serializers: { error: describeError },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

interface ErrorDescription {
  type: string
  code?: string
  message?: string
  frames?: string[]
  cause?: ErrorDescription
}

/**
 * What may be logged of an error: its type, code and where it came from. Messages of foreign errors may quote data (a
 * database quotes the value it refused), so only those of our own table are kept.
 */
function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error }
  const frames = framesOf(error)
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error instanceof AppError ? { message: error.message } : {}),
    ...(frames === undefined ? {} : { frames }),
    ...(error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}

/** Where an error came from. Its stack begins with its message, whose lines may look like places as well. */
function framesOf({ stack, message }: Error): string[] | undefined {
  if (stack === undefined) return undefined
  const begin = stack.indexOf(message)
  const places = begin === -1 ? '' : stack.slice(begin + message.length)
  return places.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 8).map((line) => line.trim())
}
