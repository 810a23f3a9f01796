import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { isWebhookSecret, newWebhookSecret, signWebhook } from './sign.ts'

test('the example of the specification is signed as it says', () => {
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', at: new Date(1_614_265_330_999) }
  expect(signWebhook(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], message)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('what is not of ASCII is signed as the bytes that are sent', () => {
  const secret = newWebhookSecret()
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const expected = createHmac('sha256', key).update(Buffer.from('a.1.{"name":"Zoë"}')).digest('base64')
  expect(signWebhook([secret], { id: 'a', body: '{"name":"Zoë"}', at: new Date(1000) })['webhook-signature']).toBe(`v1,${expected}`)
})

test('with two secrets there are two signatures, in their order, and with none there is no message', () => {
  const message = { id: 'a', body: '{}', at: new Date(1000) }
  const secrets = [newWebhookSecret(), newWebhookSecret()]
  const apart = secrets.map((secret) => signWebhook([secret], message)['webhook-signature'])
  expect(signWebhook(secrets, message)['webhook-signature']).toBe(apart.join(' '))
  expect(() => signWebhook([], message)).toThrow('not the secret')
})

test('new secrets are secrets, and no two are the same', () => {
  const made = Array.from({ length: 20 }, newWebhookSecret)
  expect(made.every(isWebhookSecret)).toBe(true)
  expect(new Set(made).size).toBe(20)
})

test.each(['', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(120)}`, 'whsec_not base64 not base64 not base64', 'a'.repeat(40)])(
  '%s is no secret, and signs nothing',
  (secret) => {
    expect(isWebhookSecret(secret)).toBe(false)
    expect(() => signWebhook([newWebhookSecret(), secret], { id: 'a', body: '{}', at: new Date(0) })).toThrow('not the secret')
  },
)
