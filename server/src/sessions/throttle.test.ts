import { expect, test } from 'vitest'
import { createThrottle, passwordLimits } from './throttle.ts'

const minuteMs = 60_000

test('eight failures of an account from one address stop both, not the account elsewhere', () => {
  const throttle = createThrottle(passwordLimits, () => 0)
  for (let i = 0; i < 8; i++) throttle.failed('a@clinic.example', '192.0.2.1')
  expect(throttle.isBlocked('a@clinic.example', '192.0.2.1')).toBe(true)
  expect(throttle.isBlocked('a@clinic.example', '192.0.2.2')).toBe(false)
  expect(throttle.isBlocked('b@clinic.example', '192.0.2.1')).toBe(false)
})

test('an address that tries many accounts is stopped for all of them', () => {
  const throttle = createThrottle(passwordLimits, () => 0)
  for (let i = 0; i < 40; i++) throttle.failed(`${i}@clinic.example`, '192.0.2.1')
  expect(throttle.isBlocked('new@clinic.example', '192.0.2.1')).toBe(true)
})

test('nobody is locked out for good', () => {
  let now = 0
  const throttle = createThrottle(passwordLimits, () => now)
  for (let i = 0; i < 100; i++) throttle.failed('a@clinic.example', '192.0.2.1')
  now = 15 * minuteMs
  expect(throttle.isBlocked('a@clinic.example', '192.0.2.1')).toBe(false)
})

test('a sign-in that works forgets the failures before it', () => {
  const throttle = createThrottle(passwordLimits, () => 0)
  for (let i = 0; i < 7; i++) throttle.failed('a@clinic.example', '192.0.2.1')
  throttle.succeeded('a@clinic.example', '192.0.2.1')
  for (let i = 0; i < 7; i++) throttle.failed('a@clinic.example', '192.0.2.1')
  expect(throttle.isBlocked('a@clinic.example', '192.0.2.1')).toBe(false)
})

test('a clinic whose staff all sign in from one address is not stopped, and somebody who guesses there is', () => {
  const throttle = createThrottle(passwordLimits, () => 0)
  for (let person = 0; person < 200; person++) {
    throttle.failed(`${person}@clinic.example`, '192.0.2.1')
    throttle.succeeded(`${person}@clinic.example`, '192.0.2.1')
  }
  expect(throttle.isBlocked('another@clinic.example', '192.0.2.1')).toBe(false)
  for (let account = 0; account < 40; account++) throttle.failed(`guess-${account}@clinic.example`, '192.0.2.1')
  expect(throttle.isBlocked('another@clinic.example', '192.0.2.1')).toBe(true)
})
