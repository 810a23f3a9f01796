import { makeId, type ParticipantId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { emptyChat, failedMessage, withReceived, withSending, withState, type Said } from './chat-history.ts'

const participantId = (n: number): ParticipantId => makeId('participant', n, new Uint8Array(10))
const said = (text: string, from = 1): Said => ({ senderId: participantId(from), senderName: 'Pat', text, at: 1000 })

test('messages stand in the order they came or were sent, each with an id of its own', () => {
  const chat = withReceived(withSending(withReceived(emptyChat, said('one', 2)), said('two')), said('three', 2))
  expect(chat.messages.map(({ text, isOwn, state }) => [text, isOwn, state])).toEqual([
    ['one', false, 'sent'],
    ['two', true, 'sending'],
    ['three', false, 'sent'],
  ])
  expect(new Set(chat.messages.map(({ id }) => id)).size).toBe(3)
})

test('an own message is on its way, then sent; one that failed may be sent again, and only then', () => {
  const sending = withSending(emptyChat, said('hello'))
  const { nextId: id } = emptyChat
  expect(failedMessage(sending, id)).toBeUndefined()
  const failed = withState(sending, id, 'failed')
  expect(failedMessage(failed, id)?.text).toBe('hello')
  const sent = withState(withState(failed, id, 'sending'), id, 'sent')
  expect(sent.messages.map(({ state }) => state)).toEqual(['sent'])
  expect(failedMessage(sent, id)).toBeUndefined()
})

test('what somebody else said cannot be marked as failed, nor what is not there', () => {
  const chat = withReceived(emptyChat, said('hello', 2))
  expect(withState(chat, emptyChat.nextId, 'failed')).toBe(chat)
  expect(withState(chat, 99, 'failed')).toBe(chat)
})

test('five hundred messages are kept, the newest, and no id is given twice', () => {
  let chat = emptyChat
  for (let n = 0; n < 600; n += 1) chat = withReceived(chat, said(`${n}`, 2))
  expect(chat.messages).toHaveLength(500)
  expect(chat.messages[0]?.text).toBe('100')
  expect(chat.messages.at(-1)?.text).toBe('599')
  expect(chat.nextId).toBe(601)
})
