import { makeId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { nextActiveSpeaker, nobodySpeaks } from './active-speaker.ts'

const anna = makeId('participant', 1, new Uint8Array(10))
const ben = makeId('participant', 2, new Uint8Array(10))

test('the first to speak has it, and keeps it in silence', () => {
  const speaker = nextActiveSpeaker(nobodySpeaks, [anna], 0)
  expect(speaker.id).toBe(anna)
  expect(nextActiveSpeaker(speaker, [], 60_000).id).toBe(anna)
})

test('somebody who speaks after the other stopped has it at once', () => {
  expect(nextActiveSpeaker({ id: anna, challenger: null }, [ben], 0).id).toBe(ben)
})

test('talking over somebody takes it only after a while of being louder', () => {
  let speaker = nextActiveSpeaker({ id: anna, challenger: null }, [ben, anna], 0)
  expect(speaker.id).toBe(anna)
  speaker = nextActiveSpeaker(speaker, [ben, anna], 1000)
  expect(speaker.id).toBe(anna)
  expect(nextActiveSpeaker(speaker, [ben, anna], 1500).id).toBe(ben)
  const louderAgain = nextActiveSpeaker(speaker, [anna, ben], 1200)
  expect(nextActiveSpeaker(louderAgain, [ben, anna], 1600).id).toBe(anna)
})
