import { expect, test } from 'vitest'
import { asFailure, failureFrom, RequestFailed } from './request-failed.ts'

const body = { type: 'about:blank', title: 'Gone', status: 410, code: 'setup-link-invalid', reference: 'r1' }

test('a problem answer keeps its code, fields and reference', () => {
  const failure = failureFrom(400, { ...body, status: 400, code: 'invalid-input', fields: ['/email'] })
  expect(failure).toMatchObject({ code: 'invalid-input', fields: ['/email'], reference: 'r1' })
  expect(failureFrom(410, body)).toMatchObject({ code: 'setup-link-invalid', fields: [] })
})

test('an unknown code or an answer that is no problem body is our own fault', () => {
  expect(failureFrom(418, { ...body, code: 'of-a-later-version' }).code).toBe('internal')
  expect(failureFrom(500, '<html>').code).toBe('internal')
  expect(failureFrom(502, null).code).toBe('not-ready')
})

test('whatever is thrown can be shown', () => {
  const failure = new RequestFailed('offline')
  expect(asFailure(failure)).toBe(failure)
  expect(asFailure(new TypeError('x')).code).toBe('internal')
})
