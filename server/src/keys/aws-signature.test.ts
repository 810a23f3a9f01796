import { expect, test } from 'vitest'
import { signAwsRequest } from './aws-signature.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: null }
const suite = { credentials, region: 'us-east-1', service: 'service', now: new Date('2015-08-30T12:36:00Z') }
const url = new URL('https://example.amazonaws.com/')

const signatureOf = (authorization: string | undefined) => authorization?.split('Signature=')[1]

// The vectors are of the Signature Version 4 Test Suite that AWS publishes, by their names in it.
test.each([
  ['get-vanilla', 'GET', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'post-x-www-form-urlencoded', 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, 'Param1=value1',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
] as const)('%s is signed as AWS signs it', (_name, method, headers, body, signature) => {
  const signed = signAwsRequest({ method, url, headers, body }, suite)
  expect(signatureOf(signed['authorization'])).toBe(signature)
  expect(signed['x-amz-date']).toBe('20150830T123600Z')
  expect(signed['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, /)
})

test('the token of temporary credentials is sent and signed', () => {
  const temporary = { ...suite, credentials: { ...credentials, sessionToken: 'token' } }
  const signed = signAwsRequest({ method: 'POST', url, headers: {}, body: '' }, temporary)
  expect(signed).toMatchObject({ 'x-amz-security-token': 'token' })
  expect(signed['authorization']).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,')
})
