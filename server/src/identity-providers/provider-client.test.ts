import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { falseClient, startFalseProvider, type FalseProvider, type Misbehaviour } from '../../../tests/support/false-provider.ts'
import { newFlow } from './flow.ts'
import { createProviderClients, openProvider } from './provider-client.ts'
import { mayBeAsked, mostBytes } from './provider-fetch.ts'

const redirectUri = 'https://clinic.example/v1/sign-in/provider/callback'
/** In seconds: longer than a provider on this machine takes, and no time at all for one that says nothing. */
const [patience, impatience] = [60, 0.2]

let provider: FalseProvider

beforeAll(async () => {
  provider = await startFalseProvider()
})
afterAll(() => provider[Symbol.asyncDispose]())
beforeEach(() => provider.behave({}))

const access = () => ({ issuer: provider.issuer, ...falseClient })

describe('a provider is taken up', () => {
  test('that says where it signs people in, and is told nothing but what the flow needs', async () => {
    const client = await openProvider(access())
    const { secrets } = newFlow()
    const url = new URL(await client.authorizationUrl(secrets, redirectUri))
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'curtain', response_type: 'code', scope: 'openid email profile', redirect_uri: redirectUri,
      state: secrets.state, nonce: secrets.nonce, code_challenge_method: 'S256', code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(url.href).not.toContain(secrets.verifier)
  })

  const large = { description: 'x'.repeat(mostBytes) }
  const faults: [string, Misbehaviour, string][] = [
    ['answers nothing', { discovery: () => {} }, 'unreachable'],
    ['breaks off', { discovery: (response) => response.destroy() }, 'unreachable'],
    ['says too much', { metadata: large }, 'invalid'],
    ['leads elsewhere', { discovery: (response) => response.writeHead(302, { location: '/keys' }).end() }, 'invalid'],
    ['answers a page', { discovery: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>') }, 'invalid'],
    ['is out of order', { discovery: (response) => response.writeHead(500).end() }, 'invalid'],
    ['is another', { metadata: { issuer: 'https://elsewhere.example' } }, 'invalid'],
    ['has no keys', { metadata: { jwks_uri: undefined } }, 'invalid'],
    ['has its keys where anybody could change them', { metadata: { jwks_uri: 'http://elsewhere.example/keys' } }, 'invalid'],
    ['takes codes in the clear', { metadata: { token_endpoint: 'http://elsewhere.example/token' } }, 'invalid'],
    ['signs with shared secrets alone', { metadata: { id_token_signing_alg_values_supported: ['HS256', 'none'] } }, 'invalid'],
  ]
  test.each(faults)('but not one that %s', async (what, misbehaviour, code) => {
    provider.behave(misbehaviour)
    await expect(openProvider(access(), what === 'answers nothing' ? impatience : patience)).rejects.toMatchObject({ code: `identity-provider-${code}` })
  })

  test.each(['nowhere', 'javascript:alert(1)', 'http://elsewhere.example/out', undefined])(
    'that names no place to sign out at which anybody could be led to: %s',
    async (end_session_endpoint) => {
      provider.behave({ metadata: { end_session_endpoint } })
      expect((await openProvider(access())).signOutUrl('https://clinic.example/sign-in')).toBeNull()
    },
  )

  test('but not where nothing listens', async () => {
    await using gone = await startFalseProvider()
    const { issuer } = gone
    await gone[Symbol.asyncDispose]()
    await expect(openProvider({ ...access(), issuer })).rejects.toMatchObject({ code: 'identity-provider-unreachable' })
  })
})

test.each([
  ['https://id.harbor.example/realms/staff', true],
  ['https://10.0.0.7', true],
  ['http://localhost:8080', true],
  ['http://[::1]:8080', true],
  ['http://10.0.0.7', false],
  ['http://169.254.169.254/latest', false],
  ['http://localhost.evil.example', false],
  ['https://us:er@id.harbor.example', false],
  ['ftp://localhost', false],
])('whether %s may be asked: %s', (address, allowed) => {
  expect(mayBeAsked(address)).toBe(allowed)
})

describe('a code is exchanged', () => {
  const { secrets } = newFlow()
  const comeBack = async (query: Record<string, string> = {}, wanted: string[] = [], patienceSeconds = patience) => {
    const client = await openProvider(access(), patienceSeconds)
    const returned = new URL(`${redirectUri}?${new URLSearchParams({ code: 'c', state: secrets.state, ...query })}`)
    provider.nonce = secrets.nonce
    return client.exchange(returned, secrets, wanted)
  }

  test('for what was signed', async () => {
    expect(await comeBack()).toMatchObject({ sub: '17', email: 'kim@harbor.example', email_verified: true })
  })

  test('and what was not signed stands behind it', async () => {
    provider.behave({ userinfo: { email: 'dana@harbor.example', groups: ['doctors'] } })
    expect(await comeBack({}, ['groups'])).toMatchObject({ email: 'kim@harbor.example', groups: ['doctors'] })
  })

  test.each([{ email: 'dana@harbor.example' }, { email_verified: true, email: undefined }])(
    'with the address that is said to be verified, and no other: %j',
    async (signed) => {
      provider.behave({ claims: { email_verified: undefined, ...signed }, userinfo: { email: 'ola@harbor.example', email_verified: false } })
      expect(await comeBack({}, ['email', 'email_verified'])).toMatchObject({ email: 'ola@harbor.example', email_verified: false })
    },
  )

  const faults: [string, Misbehaviour, string][] = [
    ['is not signed', { signature: 'none' }, 'invalid'],
    ['is signed with another key', { signature: 'unknown key' }, 'invalid'],
    ['is signed with a key that the provider does not have', { signature: 'key of another id' }, 'invalid'],
    ['is signed with the client’s own secret', { signature: 'client secret' }, 'invalid'],
    ['is for another application', { claims: { aud: 'another' } }, 'invalid'],
    ['is for others as well, and does not say for whom', { claims: { aud: ['curtain', 'another'] } }, 'invalid'],
    ['was given to another application', { claims: { aud: ['curtain', 'another'], azp: 'another' } }, 'invalid'],
    ['is of another issuer', { claims: { iss: 'https://elsewhere.example' } }, 'invalid'],
    ['was made for another sign-in', { claims: { nonce: 'another' } }, 'invalid'],
    ['was made for no sign-in', { claims: { nonce: undefined } }, 'invalid'],
    ['is too old', { claims: { exp: Math.floor(Date.now() / 1000) - 120 } }, 'invalid'],
    ['never ends', { claims: { exp: undefined } }, 'invalid'],
    ['is of nobody', { claims: { sub: undefined } }, 'invalid'],
  ]
  test.each(faults)('but not for an id token that %s', async (_, misbehaviour, code) => {
    provider.behave(misbehaviour)
    await expect(comeBack()).rejects.toMatchObject({ code: `identity-${code}` })
  })

  test('but not for what is said of somebody else', async () => {
    provider.behave({ userinfo: { sub: '18', groups: ['doctors'] } })
    await expect(comeBack({}, ['groups'])).rejects.toMatchObject({ code: 'identity-invalid' })
  })

  test.each([
    ['a refusal', { error: 'access_denied' }, 'identity-refused'],
    ['another state', { state: 'another' }, 'identity-invalid'],
    ['an answer of another issuer', { iss: 'https://elsewhere.example' }, 'identity-invalid'],
  ])('and %s is one', async (_, query, code) => {
    await expect(comeBack(query)).rejects.toMatchObject({ code })
  })

  test.each([
    ['nothing', {}, 'identity-provider-unreachable'],
    ['that the code is used', { status: 400, body: '{"error":"invalid_grant"}' }, 'identity-invalid'],
    ['too much', { status: 200, body: JSON.stringify({ access_token: 'x'.repeat(mostBytes) }) }, 'identity-invalid'],
  ])('and where the provider answers %s, nobody comes in', async (_, { status, body }: { status?: number; body?: string }, code) => {
    provider.behave({
      token: (response) => {
        if (status !== undefined) response.writeHead(status, { 'content-type': 'application/json' }).end(body)
      },
    })
    await expect(comeBack({}, [], status === undefined ? impatience : patience)).rejects.toMatchObject({ code })
  })
})

test('a provider is asked what it can do once in a while, and again at once after it failed', async () => {
  let now = 0
  let asked = 0
  const open = createProviderClients(() => now)
  const counting: Misbehaviour = {
    discovery: (response) => {
      asked++
      response.writeHead(500).end()
    },
  }
  provider.behave(counting)
  await expect(open(access())).rejects.toThrow()
  provider.behave({})
  const first = await open(access())
  expect(await open(access())).toBe(first)
  expect(await open({ ...access(), clientSecret: 'another' })).not.toBe(first)
  now += 10 * 60_000
  expect(await open(access())).not.toBe(first)
  expect(asked).toBe(1)
})
