import { mediaKind, transportOffer } from '@curtain/protocol'
import { z } from 'zod'

/** What the bench asks of a process that makes load. Each is answered once, under its number. */
export const loadRequest = z.intersection(
  z.object({ id: z.number().int() }),
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('open'),
      offer: z.object({
        transport: transportOffer,
        direction: z.enum(['send', 'receive']),
        kind: mediaKind,
        payloadType: z.number().int(),
        ssrc: z.number().int(),
      }),
    }),
    /** Resolves when every stream opened so far is connected. */
    z.object({ type: z.literal('connect') }),
    /** Sets the rate of all senders, those opened since included; 0 stops them. */
    z.object({ type: z.literal('send'), packetsPerSecond: z.number().nonnegative(), packetBytes: z.number().int() }),
    /** Begins a window of counting. */
    z.object({ type: z.literal('mark') }),
    z.object({ type: z.literal('read') }),
  ]),
)
export type LoadRequest = z.infer<typeof loadRequest>
type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never
export type LoadCommand = WithoutId<LoadRequest>

export const openResult = z.object({ answer: z.string() })
/** How often each SRTP profile was negotiated, by the clients' own word. */
export const connectResult = z.object({ clients: z.number(), srtpProfiles: z.record(z.string(), z.number()) })
export const counts = z.object({
  sent: z.number(),
  /** Packets that the library did not take. */
  refused: z.number(),
  /** By the sequence numbers of what was received. */
  expected: z.number(),
  received: z.number(),
  /** Receivers that got nothing at all. */
  silent: z.number(),
})
export type Counts = z.infer<typeof counts>

export const loadAnswer = z.object({
  id: z.number().int(),
  result: z.unknown().optional(),
  error: z.string().optional(),
})
