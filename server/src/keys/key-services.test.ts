import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import {
  awsCredentials, awsRegion, startKmsStandIn, startVaultStandIn, vaultToken, type KeyService,
} from '../../../tests/support/key-services.ts'
import { createAwsKmsRootKey } from './aws-kms.ts'
import { RootKeyError } from './root-key.ts'
import { createVaultTransitRootKey } from './vault-transit.ts'

let service: KeyService
afterEach(() => service.stop())

const inner = randomBytes(32)
const context = { use: 'organization-key', organization: 'org_1', version: '1' }

const kms = (more: Partial<typeof awsCredentials> = {}, keyId = 'alias/curtain') =>
  createAwsKmsRootKey({ keyId, region: awsRegion, endpoint: service.url, credentials: { ...awsCredentials, ...more } })
const vault = (token = vaultToken, key = 'curtain') => createVaultTransitRootKey({ url: service.url, token, mount: 'transit', key })

const services = [
  ['AWS KMS', startKmsStandIn, kms],
  ['Vault', startVaultStandIn, vault],
] as const

test.each(services)('%s wraps and opens a key, each time for its context', async (_name, start, open) => {
  service = await start()
  const wrapped = await open().wrap(inner, context)
  expect(wrapped.includes(inner)).toBe(false)
  expect(await open().unwrap(wrapped, context)).toEqual(inner)
  const refusal = { name: 'RootKeyError', reason: 'refused' }
  await expect(open().unwrap(wrapped, { ...context, organization: 'org_2' })).rejects.toMatchObject(refusal)
  await expect(open().unwrap(wrapped.subarray(0, -4), context)).rejects.toMatchObject(refusal)
  expect(service.asked).toHaveLength(4)
})

test('AWS KMS gets the context by name, where its log and its policies see it', async () => {
  service = await startKmsStandIn()
  await kms().wrap(inner, context)
  expect(service.asked).toEqual([{ operation: 'TrentService.Encrypt', context }])
})

test('AWS KMS refuses another secret and another key, by its own word for it', async () => {
  service = await startKmsStandIn()
  await expect(kms({ secretAccessKey: 'another' }).wrap(inner, context)).rejects.toThrow(
    'AWS KMS refused to wrap a key: IncompleteSignatureException. Check CURTAIN_AWS_KMS_KEY, the credentials, and what they are allowed.',
  )
  await expect(kms({}, 'alias/other').wrap(inner, context)).rejects.toThrow(/NotFoundException/)
})

test('Vault refuses another token and another key, and the token is not told', async () => {
  service = await startVaultStandIn()
  await expect(vault('wrong-token').wrap(inner, context)).rejects.toThrow(/^Vault refused to wrap a key \(HTTP 403\)(?!.*wrong-token)/)
  await expect(vault(vaultToken, 'other').wrap(inner, context)).rejects.toThrow(/HTTP 404/)
})

test.each(services)('%s that is away, or overloaded, is told from one that says no', async (_name, start, open) => {
  service = await start()
  for (const status of [429, 500, 503]) {
    service.fail = { status, body: {} }
    await expect(open().wrap(inner, context)).rejects.toMatchObject({ reason: 'unreachable' })
  }
  await service.stop()
  await expect(open().wrap(inner, context)).rejects.toMatchObject({
    reason: 'unreachable', message: expect.stringContaining(`${new URL(service.url).host} does not answer`),
  })
})

test('AWS KMS that throttles is not one that says no', async () => {
  service = await startKmsStandIn()
  service.fail = { status: 400, body: { __type: 'ThrottlingException' } }
  await expect(kms().wrap(inner, context)).rejects.toMatchObject({ reason: 'unreachable' })
})

test.each(services)('an answer of %s that is not one, or leads elsewhere, is no key', async (_name, start, open) => {
  service = await start()
  for (const fail of [{ status: 200, body: {} }, { status: 200, body: { data: {}, Plaintext: '%%' } }, { status: 307, body: {} }]) {
    service.fail = fail
    await expect(open().unwrap(Buffer.from('vault:v1:AAAA'), context)).rejects.toBeInstanceOf(RootKeyError)
  }
})
