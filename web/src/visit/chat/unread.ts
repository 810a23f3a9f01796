import type { ChatMessage } from '@curtain/client'

/** The number of the last message; -1 before the first. Numbers only count up. */
export function lastOf(chat: readonly ChatMessage[]): number {
  return chat.at(-1)?.id ?? -1
}

/** What others wrote after the message with number `readUpTo`. */
export function unreadIn(chat: readonly ChatMessage[], readUpTo: number): readonly ChatMessage[] {
  return chat.filter(({ id, isOwn }) => !isOwn && id > readUpTo)
}

/** As close to each other as this, in milliseconds, two messages of one person need one name above them. */
const togetherMs = 2 * 60_000

/** Whether a message goes on where the one before it ended. */
export function continues(message: ChatMessage, before: ChatMessage | undefined): boolean {
  return before !== undefined && before.senderId === message.senderId && message.at - before.at < togetherMs
}
