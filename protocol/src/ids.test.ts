import fc from 'fast-check'
import { expect, test } from 'vitest'
import { madeAt, makeId, visitId } from './ids.ts'

const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 })
const instants = fc.integer({ min: 0, max: 2 ** 47 })

test('ids sort by the time they were made', () => {
  fc.assert(
    fc.property(instants, instants, bytes, bytes, (a, b, randomA, randomB) => {
      fc.pre(a < b)
      expect(makeId('visit', a, randomA) < makeId('visit', b, randomB)).toBe(true)
    }),
  )
})

test('an id holds all of its randomness but the six bits that name version and variant', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const free = (random: Uint8Array) => [(random[0] ?? 0) & 0x0f, random[1], (random[2] ?? 0) & 0x3f, ...random.slice(3)].join()
      expect(makeId('visit', 1, a) === makeId('visit', 1, b)).toBe(free(a) === free(b))
    }),
  )
})

test('an id is told from another kind, another length and another alphabet', () => {
  const id = makeId('visit', Date.UTC(2026, 0), new Uint8Array(10).fill(7))
  expect(visitId.parse(id)).toBe(id)
  for (const wrong of [id.replace('vis_', 'pat_'), id.slice(0, -1), `${id}0`, id.replace(/.$/, 'u'), id.toUpperCase(), `${id}\n`]) {
    expect(visitId.safeParse(wrong).success).toBe(false)
  }
})

test('an id says when it was made', () => {
  for (const now of [0, 1, Date.UTC(2026, 0), 2 ** 48 - 1]) expect(madeAt(makeId('visit', now, new Uint8Array(10).fill(255)))).toBe(now)
})

test('too little randomness is refused', () => {
  expect(() => makeId('visit', 0, new Uint8Array(9))).toThrow(RangeError)
})
