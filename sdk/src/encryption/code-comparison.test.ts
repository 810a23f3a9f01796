import { makeId, type ParticipantId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { afterCompared, afterDismissal, afterEpoch, afterOwnComparison, nothingCompared } from './code-comparison.ts'

const participantId = (n: number): ParticipantId => makeId('participant', n, new Uint8Array(10))
const [me, doctor] = [participantId(1), participantId(2)]
const first = afterEpoch(nothingCompared, 3)

test('who compared the present code is marked', () => {
  expect(afterCompared(first, doctor, 3).comparedBy).toEqual(new Set([doctor]))
})

test('having compared the code of another epoch counts for nothing', () => {
  expect(afterCompared(first, doctor, 2)).toBe(first)
  expect(afterCompared(first, doctor, 4)).toBe(first)
  expect(afterCompared(nothingCompared, doctor, 0)).toBe(nothingCompared)
  expect(afterOwnComparison(first, me, 2)).toBe(first)
})

test('new keys take all marks away', () => {
  const compared = afterCompared(afterOwnComparison(first, me, 3), doctor, 3)
  expect(compared.comparedBy).toEqual(new Set([me, doctor]))
  expect(afterEpoch(compared, 4).comparedBy.size).toBe(0)
})

test('a code that changes is announced to whoever had compared it, and to nobody else', () => {
  expect(afterEpoch(first, 4).isChanged).toBe(false)
  expect(afterEpoch(afterCompared(first, doctor, 3), 4).isChanged).toBe(false)
  expect(afterEpoch(afterOwnComparison(first, me, 3), 4).isChanged).toBe(true)
})

test('the announcement stays through further changes until one compares again', () => {
  const changed = afterEpoch(afterEpoch(afterOwnComparison(first, me, 3), 4), 5)
  expect(changed.isChanged).toBe(true)
  const again = afterOwnComparison(changed, me, 5)
  expect(again.isChanged).toBe(false)
  expect(again.comparedBy).toEqual(new Set([me]))
  expect(afterEpoch(again, 6).isChanged).toBe(true)
})

test('one who dismissed the announcement has compared nothing that could change again', () => {
  const dismissed = afterDismissal(afterEpoch(afterOwnComparison(first, me, 3), 4))
  expect(dismissed.isChanged).toBe(false)
  expect(afterEpoch(dismissed, 5).isChanged).toBe(false)
})

test('dismissing before anything changed leaves the comparison as it was', () => {
  const compared = afterOwnComparison(first, me, 3)
  expect(afterDismissal(compared)).toBe(compared)
  expect(afterEpoch(afterDismissal(compared), 4).isChanged).toBe(true)
})
