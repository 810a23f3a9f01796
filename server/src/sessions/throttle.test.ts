import { expect, test } from 'vitest'
import { codeLimits, createThrottle, passwordLimits, recoveryCodeLimits } from './throttle.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

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

test('who guesses at an account from many addresses is stopped, and its owner gets in from where they came before', () => {
  const throttle = createThrottle(passwordLimits, () => 0)
  throttle.failed('a@clinic.example', '198.51.100.7')
  throttle.succeeded('a@clinic.example', '198.51.100.7')
  for (let i = 0; i < 80; i++) throttle.failed('a@clinic.example', `192.0.2.${i}`)
  expect(throttle.isBlocked('a@clinic.example', '203.0.113.1')).toBe(true)
  expect(throttle.isBlocked('a@clinic.example', '198.51.100.7')).toBe(false)
})

test('an address from which somebody came before is stopped for its own failures, and is a stranger again after a month', () => {
  let now = 0
  const throttle = createThrottle(passwordLimits, () => now)
  throttle.succeeded('a@clinic.example', '198.51.100.7')
  for (let i = 0; i < 8; i++) throttle.failed('a@clinic.example', '198.51.100.7')
  expect(throttle.isBlocked('a@clinic.example', '198.51.100.7')).toBe(true)
  now = 30 * dayMs
  for (let i = 0; i < 80; i++) throttle.failed('a@clinic.example', `192.0.2.${i}`)
  expect(throttle.isBlocked('a@clinic.example', '198.51.100.7')).toBe(true)
})

test('codes of an account are guessed at fifty times a day at most, from however many addresses and however patiently', () => {
  let now = 0
  const throttle = createThrottle(codeLimits, () => now)
  let guesses = 0
  for (let minute = 0; minute < 24 * 60; minute++) {
    now = minute * minuteMs
    for (let address = 0; address < 10; address++) {
      const from = `192.0.2.${(minute * 10 + address) % 250}`
      if (throttle.isBlocked('usr_1', from)) continue
      throttle.failed('usr_1', from)
      guesses++
    }
  }
  expect(guesses).toBe(50)
  now = dayMs
  expect(throttle.isBlocked('usr_1', '192.0.2.1')).toBe(false)
})

test('from one address there are five tries, also for somebody who got in from there before', () => {
  const throttle = createThrottle(codeLimits, () => 0)
  throttle.succeeded('usr_1', '198.51.100.7')
  for (let i = 0; i < 4; i++) throttle.failed('usr_1', '198.51.100.7')
  expect(throttle.isBlocked('usr_1', '198.51.100.7')).toBe(false)
  throttle.failed('usr_1', '198.51.100.7')
  expect(throttle.isBlocked('usr_1', '198.51.100.7')).toBe(true)
})

test('nobody keeps somebody else from their recovery codes', () => {
  const throttle = createThrottle(recoveryCodeLimits, () => 0)
  for (let i = 0; i < 10_000; i++) throttle.failed('usr_1', `192.0.${i % 256}.${i % 250}`)
  expect(throttle.isBlocked('usr_1', '198.51.100.7')).toBe(false)
})

test('what is kept is bounded', () => {
  const throttle = createThrottle(passwordLimits, () => 0)
  for (let i = 0; i < 8; i++) throttle.failed('a@clinic.example', '192.0.2.1')
  for (let i = 0; i < 20_000; i++) throttle.failed(`${i}@clinic.example`, `2001:db8:${i.toString(16)}`)
  expect(throttle.isBlocked('a@clinic.example', '192.0.2.1')).toBe(false)
})
