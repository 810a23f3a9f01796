import { z } from 'zod'
import { limits } from '../limits.ts'
import { paragraph } from '../text.ts'
import { mlsEpoch } from './mls.ts'

/** What is inside a `mls.data` message, as JSON in UTF-8: only the devices in the visit ever see it. */
export const sealedMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('chat'), text: paragraph(limits.chatLength).pipe(z.string().min(1)) }),
  /** The sender read the verification code of this epoch out and it was the same. */
  z.object({ type: z.literal('compared'), epoch: mlsEpoch }),
])
export type SealedMessage = z.infer<typeof sealedMessage>
