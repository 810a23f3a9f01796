import { limits, type ErrorCode, type VisitId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Clinic, type Joined } from '../support/clinic.ts'
import { makeKeyPackage } from '../support/group-requests.ts'
import { requestBodies } from '../support/request-bodies.ts'
import { signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import { isUnharmed } from '../support/unharmed.ts'

const generous = { burst: 100_000, perMinute: 100_000 }

let curtain: TestServer
let clinic: Clinic
let visitId: VisitId
let host: Joined
let patient: Joined

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: generous, guessable: generous } })
  clinic = new Clinic(curtain.url, (await signInOwner(curtain)).browser)
  ;({ visitId, host, patient } = await clinic.twoInVisit())
})
afterAll(() => curtain[Symbol.asyncDispose]())

const { groupId } = requestBodies['mls.created']
const commit = requestBodies['mls.commit']
/** Base64url of one byte more than fits. */
const tooLong = (limit: `mls${string}` & keyof typeof limits) => 'A'.repeat(Math.ceil(((limits[limit] + 1) * 4) / 3))

test.each([
  ['a key package that is none', 'mls.register', { keyPackage: 'AAAA' }, 'key-package-invalid'],
  ['an empty key package', 'mls.register', { keyPackage: '' }, 'key-package-invalid'],
  ['half a byte of a key package', 'mls.register', { keyPackage: 'A' }, 'key-package-invalid'],
  ['a key package in another alphabet', 'mls.register', { keyPackage: 'A+/=' }, 'invalid-message'],
  ['a key package that is too long', 'mls.register', { keyPackage: tooLong('mlsKeyPackageBytes') }, 'invalid-message'],
  ['a loss of no group', 'mls.register', { keyPackage: 'AAAA', lost: { groupId: 'x', epoch: 0 } }, 'invalid-message'],
  ['a group that nobody asked for', 'mls.created', { groupId }, 'mls-not-asked'],
  ['a commit to no group', 'mls.commit', commit, 'mls-epoch'],
  ['a commit that is too long', 'mls.commit', { ...commit, commit: tooLong('mlsCommitBytes') }, 'invalid-message'],
  ['a welcome that is too long', 'mls.commit', { ...commit, welcome: tooLong('mlsWelcomeBytes') }, 'invalid-message'],
  ['a commit without a word of a welcome', 'mls.commit', { ...commit, welcome: undefined }, 'invalid-message'],
  ['an epoch before the first', 'mls.data', { groupId, epoch: -1, message: 'AAAA' }, 'invalid-message'],
  ['an epoch between two', 'mls.data', { groupId, epoch: 0.5, message: 'AAAA' }, 'invalid-message'],
  ['a message that is too long', 'mls.data', { groupId, epoch: 0, message: tooLong('mlsDataBytes') }, 'invalid-message'],
  ['a message to no group', 'mls.data', { groupId, epoch: 0, message: 'AAAA' }, 'mls-epoch'],
] satisfies [string, string, object, ErrorCode][])('%s is refused; the room goes on', async (_what, type, body, code) => {
  expect(await host.client.codeOf(type, body)).toBe(code)
  expect(await patient.client.codeOf(type, body)).toBe(code)
  await isUnharmed(clinic, visitId, host, patient)
})

test('keys of somebody else, changed ones, or such as were used before give nobody a place in the group', async () => {
  const own = await makeKeyPackage(host.id)
  expect(await patient.client.refusal('mls.register', { keyPackage: own })).toBe('key-package-invalid')
  await host.client.request('mls.register', { keyPackage: own })
  expect(await host.client.refusal('mls.register', { keyPackage: own })).toBe('key-package-reused')
  const changed = Buffer.from(await makeKeyPackage(patient.id), 'base64url')
  const middle = changed.length >> 1
  changed[middle]! ^= 1
  const keyPackage = changed.toString('base64url')
  expect(await patient.client.refusal('mls.register', { keyPackage })).toBe('key-package-invalid')
  await isUnharmed(clinic, visitId, host, patient)
})

test('who was not asked, is not in the group, or is behind changes no keys and says nothing', async () => {
  const made = await host.client.notified('mls.create')
  expect(await patient.client.refusal('mls.created', { groupId: made.groupId })).toBe('mls-not-asked')
  await host.client.request('mls.created', { groupId: made.groupId })
  expect(await host.client.refusal('mls.created', { groupId: made.groupId })).toBe('mls-epoch')
  const mine = { ...commit, groupId: made.groupId, welcome: 'AAAA' }
  const message = { groupId: made.groupId, epoch: 0, message: 'AAAA' }
  expect(await host.client.refusal('mls.commit', mine)).toBe('mls-not-asked')
  expect(await patient.client.refusal('mls.data', message)).toBe('mls-epoch')

  await patient.client.request('mls.register', { keyPackage: await makeKeyPackage(patient.id) })
  await host.client.notified('mls.commit-wanted')
  expect(await patient.client.refusal('mls.commit', mine)).toBe('mls-epoch')
  expect(await host.client.refusal('mls.commit', { ...mine, epoch: 1 })).toBe('mls-epoch')
  expect(await host.client.refusal('mls.commit', { ...mine, welcome: null })).toBe('invalid-message')
  await host.client.request('mls.commit', mine)
  await patient.client.notified('mls.welcome')
  expect(await host.client.refusal('mls.commit', mine)).toBe('mls-epoch')
  expect(await patient.client.refusal('mls.data', message)).toBe('mls-epoch')
  expect(await host.client.refusal('mls.data', { ...message, epoch: 2 })).toBe('mls-epoch')
  await host.client.request('mls.data', { ...message, epoch: 1 })
  await patient.client.notified('mls.data')
  await isUnharmed(clinic, visitId, host, patient)
})

test('a visit that is not end-to-end encrypted has no place for keys', async () => {
  await clinic.allowTransport(['consultation'])
  const { visit, link } = await clinic.makeVisit({ encryption: 'transport' })
  const open = await clinic.join(await clinic.arrive(visit.id, clinic.staff))
  const waiting = await clinic.comeByLink(link)
  expect([open.hello.encryption, waiting.hello.encryption]).toEqual([{ mode: 'transport' }, { mode: 'transport' }])
  for (const type of ['mls.register', 'mls.created', 'mls.commit', 'mls.data'] as const) {
    expect(await open.client.refusal(type, requestBodies[type]), type).toBe('not-encrypted')
  }
  expect(await waiting.client.refusal('mls.register', requestBodies['mls.register'])).toBe('not-encrypted')
  await open.client.request('admit', { participantId: waiting.id })
  await isUnharmed(clinic, visit.id, open, await clinic.join(waiting))
})
