import { z } from 'zod'

/** Why nobody is signed in any more. `elsewhere`: the server says so, and this page had no part in it. */
const ending = z.enum(['idle', 'end', 'self', 'elsewhere'])
export type SessionEnding = z.infer<typeof ending>

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('used') }),
  z.object({ type: z.literal('entered') }),
  z.object({ type: z.literal('ended'), why: ending }),
])
type SessionMessage = z.infer<typeof message>

/** What the tabs of one browser tell each other about the session they share. */
export interface SessionChannel {
  tell: (said: SessionMessage) => void
  /** @returns the function that stops listening */
  listen: (listener: (said: SessionMessage) => void) => () => void
}

export function openSessionChannel(): SessionChannel {
  const channel = new BroadcastChannel('curtain-session')
  return {
    // A channel stays within its origin, and takes none.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    tell: (said) => channel.postMessage(said),
    listen(listener) {
      const onMessage = ({ data }: MessageEvent<unknown>) => {
        const read = message.safeParse(data)
        // A tab of another version of the page may say what this one does not know.
        if (read.success) listener(read.data)
      }
      channel.addEventListener('message', onMessage)
      return () => channel.removeEventListener('message', onMessage)
    },
  }
}
