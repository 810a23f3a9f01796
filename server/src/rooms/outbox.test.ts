import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Outbox } from './outbox.ts'

it('gives what was missed, whole and in order, or says that it cannot', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(40), fc.integer({ min: 0, max: 50 }), (capacity, sent, last) => {
      const outbox = new Outbox(capacity)
      const messages = Array.from({ length: sent }, () => outbox.add({ type: 'room.rebuilt' }))
      const missed = sent - last
      expect(outbox.sequence).toBe(sent)
      expect(outbox.since(last)).toEqual(missed < 0 || missed > capacity ? null : messages.slice(last))
    }),
  )
})

it('numbers from one', () => {
  expect(JSON.parse(new Outbox(1).add({ type: 'sent-back' }))).toEqual({ type: 'sent-back', sequence: 1 })
})
