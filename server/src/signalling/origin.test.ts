import { expect, it } from 'vitest'
import { isOriginAllowed } from './origin.ts'

it.each([
  ['https://clinic.example', 'other:8080', true],
  ['http://localhost:8080', 'localhost:8080', true],
  ['http://localhost:8081', 'localhost:8080', false],
  ['https://clinic.example.evil.example', 'clinic.example', false],
  ['null', 'clinic.example', false],
  ['not an origin', 'not an origin', false],
  [undefined, 'clinic.example', true],
])('a page of %s on %s: %s', (origin, host, allowed) => {
  expect(isOriginAllowed(origin, host, ['https://clinic.example'])).toBe(allowed)
})
