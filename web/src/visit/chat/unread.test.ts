import type { ChatMessage } from '@curtain/client'
import { participantId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { continues, lastOf, unreadIn } from './unread.ts'

const ann = participantId.parse(`par_${'a'.repeat(26)}`)
const maya = participantId.parse(`par_${'b'.repeat(26)}`)

function message(id: number, senderId: typeof ann, at = 0): ChatMessage {
  return { id, senderId, senderName: 'Somebody', isOwn: senderId === ann, text: 'hello', at, state: 'sent' }
}

test('what others wrote after the last look is unread; what one wrote oneself never is', () => {
  const chat = [message(0, maya), message(1, ann), message(2, maya), message(3, maya), message(4, ann)]
  expect(unreadIn(chat, -1).map(({ id }) => id)).toEqual([0, 2, 3])
  expect(unreadIn(chat, 2).map(({ id }) => id)).toEqual([3])
  expect(unreadIn(chat, lastOf(chat))).toEqual([])
  expect(unreadIn([], lastOf([]))).toEqual([])
})

test('a message goes on only after one of the same person, shortly before', () => {
  const first = message(1, maya, 1000)
  expect(continues(first, undefined)).toBe(false)
  expect(continues(message(2, maya, 60_000), first)).toBe(true)
  expect(continues(message(2, ann, 60_000), first)).toBe(false)
  expect(continues(message(2, maya, 600_000), first)).toBe(false)
})
