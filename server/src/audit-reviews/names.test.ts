import { expect, test } from 'vitest'
import { maybeSamePerson, shareSurname, wordsOfName } from './names.ts'

test.each([
  ['Ann Lee', 'Bo LEE', true],
  ['Ana García López', 'Luis Garcia', true],
  ['Dr. Dana Reyes', 'Kim Reyes-Ortiz', true],
  ['Rosa de la Cruz', 'Juan de la Peña', false],
  ['Lee Ann', 'Lee Marsh', false],
  ['Ann', 'Ann', false],
  ['Ann J. Lee', 'Bo J. Marsh', false],
  ['Sean O’Brien', "Mary O'Brien", true],
])('whether %s and %s share a surname: %s', (one, other, expected) => {
  expect(shareSurname(wordsOfName(one), wordsOfName(other))).toBe(expected)
  expect(shareSurname(wordsOfName(other), wordsOfName(one))).toBe(expected)
})

test.each([
  ['Dana Reyes', 'Dr. Dana Marie Reyes, MD', true],
  ['Dana Reyes', 'Dana Ortiz', false],
  ['Dana', 'Dana Reyes', false],
  ['REYES Dana', 'Dana Reyes', true],
])('whether %s and %s may be one person: %s', (one, other, expected) => {
  expect(maybeSamePerson(wordsOfName(one), wordsOfName(other))).toBe(expected)
  expect(maybeSamePerson(wordsOfName(other), wordsOfName(one))).toBe(expected)
})
