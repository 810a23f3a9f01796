import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Outbox } from './outbox.ts'

it('gives what was missed, whole and in order, or says that it cannot', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(40), fc.integer({ min: 0, max: 50 }), (capacity, sent, last) => {
      const outbox = new Outbox(capacity, 1_000_000)
      const messages = Array.from({ length: sent }, () => outbox.add({ type: 'room.rebuilt' }))
      const missed = sent - last
      expect(outbox.sequence).toBe(sent)
      expect(outbox.since(last)).toEqual(missed < 0 || missed > capacity ? null : messages.slice(last))
    }),
  )
})

it('numbers from one', () => {
  expect(JSON.parse(new Outbox(1, 100).add({ type: 'sent-back' }))).toEqual({ type: 'sent-back', sequence: 1 })
})

it('keeps no more than so much text, however few messages it is', () => {
  const outbox = new Outbox(100, 1000)
  const roster = { body: 'x'.repeat(300), signature: '' }
  const groupId = `vis_${'0'.repeat(26)}.${'A'.repeat(22)}` as const
  const messages = Array.from({ length: 5 }, () => outbox.add({ type: 'mls.create', groupId, roster }))
  expect(outbox.since(3)).toEqual(messages.slice(3))
  expect(outbox.since(2)).toBeNull()
  outbox.add({ type: 'mls.create', groupId, roster: { ...roster, body: 'x'.repeat(2000) } })
  expect([outbox.since(5), outbox.since(6)]).toEqual([null, []])
})
