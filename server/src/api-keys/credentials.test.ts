import { makeId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { readCredentials } from './credentials.ts'

const id = makeId('apiKey', 1, new Uint8Array(10))
const secret = 'aB3_-'.repeat(9).slice(0, 43)
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test('an id and a secret are read as user and password, the scheme in any case', () => {
  expect(readCredentials(basic(`${id}:${secret}`))).toEqual({ id, secret })
  expect(readCredentials(basic(`${id}:${secret}`).replace('Basic', 'bAsIc '))).toEqual({ id, secret })
})

test.each([
  '',
  'Basic',
  `Bearer ${secret}`,
  `Basic ${id}:${secret}`,
  basic(`${id}:`),
  basic(`:${secret}`),
  basic(`${id}:${secret}:`),
  basic(`${id}:${secret}x`),
  basic(`${id}:${secret.slice(1)}é`),
  basic(`${id} :${secret.slice(1)}`),
  basic(`${id.replace('key', 'usr')}:${secret}`),
  basic(`${id.toUpperCase()}:${secret}`),
  `${basic(`${id}:${secret}`)} `,
  `${basic(`${id}:${secret}`)}, ${basic(`${id}:${secret}`)}`,
  `Basic ${'A'.repeat(100_000)}`,
])('what cannot be a key is none: %.60s', (header) => {
  expect(readCredentials(header)).toBeNull()
})
