import { makeId, type ParticipantId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test-support/manual-clock.ts'
import { Strangers } from './strangers.ts'

const participantId = (n: number): ParticipantId => makeId('participant', n, new Uint8Array(10))
const [me, doctor, cousin] = [participantId(1), participantId(2), participantId(3)]

function world() {
  const clock = new ManualClock()
  const heard: number[] = []
  const strangers = new Strangers(clock, () => heard.push(clock.now()))
  return { clock, heard, strangers }
}

test('whoever holds keys ten seconds after they left the list is a stranger, and it is told then', () => {
  const { clock, heard, strangers } = world()
  strangers.look([me, doctor, cousin], [me, doctor, cousin])
  clock.advance(60_000)
  strangers.look([me, doctor, cousin], [me, doctor])
  clock.advance(9999)
  expect(strangers.has(cousin)).toBe(false)
  expect(heard).toEqual([])
  clock.advance(1)
  expect(heard).toEqual([70_000])
  expect(strangers.has(cousin)).toBe(true)
  expect(strangers.has(doctor)).toBe(false)
})

test('whoever loses their keys in time was none', () => {
  const { clock, heard, strangers } = world()
  strangers.look([me, cousin], [me])
  clock.advance(3000)
  strangers.look([me], [me])
  clock.advance(60_000)
  expect(heard).toEqual([])
  expect(strangers.has(cousin)).toBe(false)
})

test('whoever is listed again, or whose keys are taken away late, is none any more', () => {
  const { clock, strangers } = world()
  strangers.look([me, doctor, cousin], [me])
  clock.advance(10_000)
  expect([doctor, cousin].map((id) => strangers.has(id))).toEqual([true, true])
  strangers.look([me, doctor], [me, doctor])
  expect([doctor, cousin].map((id) => strangers.has(id))).toEqual([false, false])
})

test('other changes of keys and of the list do not start the wait anew', () => {
  const { clock, heard, strangers } = world()
  strangers.look([me, cousin], [me])
  for (let n = 0; n < 4; n += 1) {
    clock.advance(2500)
    strangers.look([me, doctor, cousin], [me, doctor])
  }
  expect(heard).toEqual([10_000])
  expect(strangers.has(cousin)).toBe(true)
})

test('who was never listed is a stranger as well', () => {
  const { clock, strangers } = world()
  strangers.look([me, cousin], [me])
  clock.advance(10_000)
  expect(strangers.has(cousin)).toBe(true)
})

test('after the end nothing is told any more', () => {
  const { clock, heard, strangers } = world()
  strangers.look([me, cousin], [me])
  strangers.close()
  strangers.close()
  clock.advance(60_000)
  expect(heard).toEqual([])
})
