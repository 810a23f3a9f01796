import type { ParticipantId } from '@curtain/protocol'
import type { ChatMessage } from '../types.ts'

/** What was said in a visit, as far as this page was there. Replaced as a whole on each change. */
export interface ChatHistory {
  /** In the order they came or were sent. */
  messages: readonly ChatMessage[]
  nextId: number
}

/** The oldest go first: a visit is talked through, and a page that is open for a day must not grow without end. */
const messagesKept = 500

export const emptyChat: ChatHistory = { messages: [], nextId: 1 }

export interface Said {
  senderId: ParticipantId
  senderName: string
  text: string
  /** In this client's clock, milliseconds since 1970. */
  at: number
}

/** Somebody else's message came. */
export function withReceived(chat: ChatHistory, said: Said): ChatHistory {
  return withMessage(chat, { ...said, id: chat.nextId, isOwn: false, state: 'sent' })
}

/** An own message, on its way; its id is the `nextId` of before. */
export function withSending(chat: ChatHistory, said: Said): ChatHistory {
  return withMessage(chat, { ...said, id: chat.nextId, isOwn: true, state: 'sending' })
}

/** What became of an own message; nothing changes if it is not there any more. */
export function withState(chat: ChatHistory, id: number, state: ChatMessage['state']): ChatHistory {
  const isIt = (message: ChatMessage) => message.id === id && message.isOwn
  if (!chat.messages.some(isIt)) return chat
  return { ...chat, messages: chat.messages.map((message) => (isIt(message) ? { ...message, state } : message)) }
}

/** The own message that may be sent once more: it failed and is not on its way. */
export function failedMessage(chat: ChatHistory, id: number): ChatMessage | undefined {
  return chat.messages.find((message) => message.id === id && message.isOwn && message.state === 'failed')
}

function withMessage(chat: ChatHistory, message: ChatMessage): ChatHistory {
  return { messages: [...chat.messages, message].slice(-messagesKept), nextId: chat.nextId + 1 }
}
