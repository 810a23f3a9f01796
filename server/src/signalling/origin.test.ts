import { expect, it } from 'vitest'
import { isOriginAllowed } from './origin.ts'

it.each([
  ['https://clinic.example', true],
  ['http://clinic.example', false],
  ['https://clinic.example:8443', false],
  ['https://clinic.example.evil.example', false],
  ['null', false],
  ['not an origin', false],
  [undefined, true],
])('a page of %s: %s', (origin, allowed) => {
  expect(isOriginAllowed(origin, ['https://clinic.example'])).toBe(allowed)
})
