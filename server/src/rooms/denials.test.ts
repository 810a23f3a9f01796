import { expect, it } from 'vitest'
import { Denials } from './denials.ts'

it('tells of the first refusal of each kind at once, and of the others a minute later in one number', () => {
  const denials = new Denials()
  expect(denials.count('mute', 0)).toBe(1)
  expect(denials.count('end', 0)).toBe(1)
  for (let time = 1; time <= 100; time++) expect(denials.count('mute', time)).toBeNull()
  expect(denials.count('mute', 60_000)).toBe(101)
  expect(denials.count('mute', 60_001)).toBeNull()
})
