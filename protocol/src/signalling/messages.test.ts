import { expect, test } from 'vitest'
import { errors } from '../errors.ts'
import { closeCodes, serverMessage } from './messages.ts'
import { finalNotifications, notification } from './notifications.ts'
import { isRequestType, requests } from './requests.ts'

test('a code that only a newer server knows is read as an internal error, not refused', () => {
  const message = serverMessage.parse({ type: 'error', id: 1, code: 'from-the-future', sentence: 'Try again.' })
  expect(message).toMatchObject({ type: 'error', code: 'internal' })
})

test('every final notification is one that exists and carries nothing but its number', () => {
  for (const type of finalNotifications) expect(notification.parse({ type, sequence: 1 })).toEqual({ type, sequence: 1 })
})

test('a notification without its number is refused', () => {
  expect(serverMessage.safeParse({ type: 'ended' }).success).toBe(false)
})

test('request types are only those of the table, whatever an object inherits', () => {
  expect(isRequestType('join')).toBe(true)
  expect(isRequestType('constructor')).toBe(false)
  expect(isRequestType('__proto__')).toBe(false)
})

test('no request takes a field of unbounded size', () => {
  const huge = 'x'.repeat(100_000)
  for (const [type, { input }] of Object.entries(requests)) {
    const stuffed = Object.fromEntries(Object.keys(input.shape).map((key) => [key, huge]))
    const result = input.safeParse(stuffed)
    if (Object.keys(input.shape).length > 0) expect(result.success, type).toBe(false)
  }
})

test('every error says what it is in a sentence, with a status that fits', () => {
  for (const { status, sentence } of Object.values(errors)) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(sentence).toMatch(/^[A-Z].*\.$/)
  }
})

test('close codes lie where an application may have them', () => {
  for (const code of Object.values(closeCodes)) expect(code === 1012 || (code >= 4000 && code < 5000)).toBe(true)
})
