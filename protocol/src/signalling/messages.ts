import { z } from 'zod'
import { isErrorCode } from '../errors.ts'
import { notification } from './notifications.ts'

/** The one answer to a request. `result` is checked by the request's own schema. */
export const okMessage = z.object({ type: z.literal('ok'), id: z.number().int(), result: z.unknown() })

/** A refused request, or, without `id`, something wrong with the connection itself. */
export const errorMessage = z.object({
  type: z.literal('error'),
  id: z.number().int().optional(),
  code: z.string().transform((code) => (isErrorCode(code) ? code : 'internal')),
  sentence: z.string(),
})

/** The server stops or restarts: connect again in `retryMs`; the visit goes on. Outside the numbered sequence. */
export const drainingMessage = z.object({ type: z.literal('draining'), retryMs: z.number().int().nonnegative() })

export const serverMessage = z.union([okMessage, errorMessage, drainingMessage, notification])
export type ServerMessage = z.infer<typeof serverMessage>

/** WebSocket close codes (RFC 6455 §7.4: 4000–4999 are an application's own) that decide what a client does next. */
export const closeCodes = {
  /** The visit is over for this client: do not connect again. */
  final: 4000,
  /** The client broke the protocol: do not connect again by itself. */
  protocol: 4001,
  /** Too much, too fast: connect again after a pause. */
  flood: 4002,
  /** The server restarts (the registered code 1012): connect again when it is back. */
  restart: 1012,
  /** A newer connection of the same participant took over. */
  superseded: 4003,
} as const
