import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Deceit, SoftwareAuthenticator } from '../../../tests/support/software-authenticator.ts'
import { assertionOptions, enrolmentOptions, isCopied, relyingParty, verifyAssertion, verifyEnrolment } from './web-authn.ts'

const origin = 'https://visits.harbor.example'
const party = relyingParty(origin)
const dana = { id: `usr_${'0'.repeat(26)}`, name: 'Dana Whitfield', email: 'dana@harbor.example' } as const

async function enrolled() {
  const authenticator = new SoftwareAuthenticator(origin)
  const { options, challenge } = await enrolmentOptions(party, dana, [])
  const made = await verifyEnrolment(party, challenge, authenticator.create(options))
  if (made === null) throw new Error('a good passkey was refused')
  const passkey = { user_id: dana.id, credential_id: made.credentialId, public_key: Buffer.from(made.publicKey), transports: made.transports }
  return { authenticator, passkey }
}

test('the party is the host that people come to, without its port', () => {
  expect(party).toEqual({ id: 'visits.harbor.example', origin })
  expect(relyingParty('http://localhost:8080')).toEqual({ id: 'localhost', origin: 'http://localhost:8080' })
})

test('a passkey that was made signs what it is asked', async () => {
  const { authenticator, passkey } = await enrolled()
  const { options, challenge } = await assertionOptions(party, [passkey])
  expect(options).toMatchObject({ rpId: party.id, userVerification: 'required', allowCredentials: [{ id: passkey.credential_id }] })
  expect(await verifyAssertion(party, challenge, authenticator.get(options), passkey)).toEqual({ counter: 1, synced: false })
})

const deceits: [string, Deceit][] = [
  ['from a page of another origin', { origin: 'https://visits.harbor.example.evil.example' }],
  ['from a page of another port', { origin: `${origin}:8443` }],
  ['from a page without encryption', { origin: 'http://visits.harbor.example' }],
  ['for another relying party', { rpId: 'harbor.example' }],
  ['for another challenge', { challenge: randomBytes(32).toString('base64url') }],
  ['without having asked for a finger or a PIN', { userVerified: false }],
]

test.each([...deceits, ['that is an assertion', { type: 'webauthn.get' }] as [string, Deceit]])('a new passkey %s is refused', async (_, deceit) => {
  const authenticator = new SoftwareAuthenticator(origin)
  const { options, challenge } = await enrolmentOptions(party, dana, [])
  expect(await verifyEnrolment(party, challenge, authenticator.create(options, deceit))).toBeNull()
})

test.each([
  ...deceits,
  ['that is an enrolment', { type: 'webauthn.create' }] as [string, Deceit],
  ['of another user', { userHandle: Buffer.from(`usr_${'1'.repeat(26)}`).toString('base64url') }] as [string, Deceit],
])('an answer %s is refused', async (_, deceit) => {
  const { authenticator, passkey } = await enrolled()
  const { options, challenge } = await assertionOptions(party, [passkey])
  expect(await verifyAssertion(party, challenge, authenticator.get(options, deceit), passkey)).toBeNull()
})

test('an answer that another key signed, or that was changed afterwards, is refused', async () => {
  const { authenticator, passkey } = await enrolled()
  const other = await enrolled()
  const { options, challenge } = await assertionOptions(party, [passkey])
  const response = authenticator.get(options)
  expect(await verifyAssertion(party, challenge, response, { ...other.passkey, credential_id: passkey.credential_id })).toBeNull()
  expect(await verifyAssertion(party, challenge, response, other.passkey)).toBeNull()
  const inner = response['response']
  for (const part of ['authenticatorData', 'signature', 'clientDataJSON']) {
    const changed = { ...response, response: { ...Object(inner), [part]: Buffer.from(randomBytes(70)).toString('base64url') } }
    expect(await verifyAssertion(party, challenge, changed, passkey), part).toBeNull()
  }
})

test.each([{}, { response: {} }, { id: 'a', rawId: 'b', type: 'public-key', response: null }, { id: ['a'], response: { clientDataJSON: 7 } }])(
  'what is no answer at all is refused: %j',
  async (response) => {
    const { passkey } = await enrolled()
    expect(await verifyAssertion(party, 'AAAA', response, passkey)).toBeNull()
    expect(await verifyEnrolment(party, 'AAAA', response)).toBeNull()
  },
)

test.each([
  [0, 0, false],
  [0, 1, false],
  [4, 5, false],
  [5, 5, true],
  [5, 4, true],
  [5, 0, true],
])('a counter that was %d and is %d: copied is %s', (before, now, copied) => {
  expect(isCopied(before, now)).toBe(copied)
})
