import type { EncryptionErrorCode } from '@curtain/e2ee'
import { makeId, type ParticipantId, type SealedMessage } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { VisitError } from '../visit-error.ts'
import { Conversation } from './conversation.ts'
import { decodeSealed, encodeSealed } from './sealed-bytes.ts'

const participantId = (n: number): ParticipantId => makeId('participant', n, new Uint8Array(10))
const [me, doctor] = [participantId(1), participantId(2)]
const members = [
  { participantId: me, displayName: 'Pat' },
  { participantId: doctor, displayName: 'Dr. Day' },
]

class World {
  sent: (SealedMessage | null)[] = []
  changes = 0
  answer: EncryptionErrorCode | null = null
  readonly conversation = new Conversation({
    send: (bytes) => {
      this.sent.push(decodeSealed(bytes))
      return Promise.resolve(this.answer)
    },
    now: () => 1000,
    onChange: () => (this.changes += 1),
  })

  constructor() {
    this.conversation.epochChanged(1, members, me)
  }

  get shown() {
    return this.conversation.messages.map(({ senderName, text, state }) => [senderName, text, state])
  }
}

test('what one says is there at once, goes to the others, and is sent when the server passed it on', async () => {
  const world = new World()
  const saying = world.conversation.say('  hello\n')
  expect(world.shown).toEqual([['Pat', 'hello', 'sending']])
  await saying
  expect(world.sent).toEqual([{ type: 'chat', text: 'hello' }])
  expect(world.shown).toEqual([['Pat', 'hello', 'sent']])
})

test('what could not be passed on is marked, and said again under the same id', async () => {
  const world = new World()
  world.answer = 'disconnected'
  await expect(world.conversation.say('hello')).rejects.toThrow(new VisitError('unreachable'))
  expect(world.shown).toEqual([['Pat', 'hello', 'failed']])
  const [message] = world.conversation.messages
  world.answer = null
  await world.conversation.sayAgain(message!.id)
  expect(world.shown).toEqual([['Pat', 'hello', 'sent']])
  await expect(world.conversation.sayAgain(message!.id)).rejects.toThrow(new VisitError('invalid-input'))
  expect(world.sent).toHaveLength(2)
})

test('nothing, and more than fits, is not said', async () => {
  const world = new World()
  for (const text of ['', '  \n', 'x'.repeat(2001), 'turned \u202Earound']) {
    await expect(world.conversation.say(text)).rejects.toThrow(new VisitError('invalid-input'))
  }
  expect(world.conversation.messages).toEqual([])
  expect(world.sent).toEqual([])
})

test('before there are keys nothing can be said', async () => {
  const conversation = new Conversation({ send: () => Promise.resolve(null), now: () => 0, onChange: () => {} })
  await expect(conversation.say('hello')).rejects.toThrow(new VisitError('not-joined'))
})

test('what others say comes under the name that the roster gives them, also when they have left since', () => {
  const world = new World()
  world.conversation.receive(doctor, encodeSealed({ type: 'chat', text: 'good morning' }))
  world.conversation.epochChanged(2, members.slice(0, 1), me)
  world.conversation.receive(doctor, encodeSealed({ type: 'chat', text: 'good bye' }))
  expect(world.shown).toEqual([
    ['Dr. Day', 'good morning', 'sent'],
    ['Dr. Day', 'good bye', 'sent'],
  ])
})

test('what another device sends and is no message is dropped', () => {
  const world = new World()
  const utf8 = (text: string) => new TextEncoder().encode(text)
  const bad = [
    Uint8Array.of(0xff, 0xfe),
    utf8('hello'),
    utf8('{"type":"chat"}'),
    utf8(JSON.stringify({ type: 'chat', text: 'x'.repeat(2001) })),
    utf8(JSON.stringify({ type: 'chat', text: '' })),
    utf8('{"type":"whiteboard","text":"hello"}'),
    utf8('{"type":"compared","epoch":-1}'),
  ]
  for (const bytes of bad) world.conversation.receive(doctor, bytes)
  expect(world.conversation.messages).toEqual([])
  expect(world.conversation.comparison.comparedBy.size).toBe(0)
  expect(world.changes).toBe(0)
})

test('having compared the code is told to the others, with the epoch that it was of', async () => {
  const world = new World()
  await world.conversation.compared(1)
  expect(world.sent).toEqual([{ type: 'compared', epoch: 1 }])
  world.conversation.receive(doctor, encodeSealed({ type: 'compared', epoch: 1 }))
  expect(world.conversation.comparison.comparedBy).toEqual(new Set([me, doctor]))
  world.conversation.epochChanged(2, members, me)
  expect(world.conversation.comparison).toMatchObject({ comparedBy: new Set(), isChanged: true })
  world.conversation.dismissCodeChange()
  expect(world.conversation.comparison.isChanged).toBe(false)
})
