import { CreateBucketCommand, DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { createSigner, emptyRoot, signCheckpoint } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ObjectStore, startObjectStore } from '../../../../tests/support/object-store.ts'
import type { CheckpointS3Config } from './config.ts'
import { createS3Destination } from './s3.ts'

const organizationId: OrganizationId = `org_${'0'.repeat(26)}`
const signer = createSigner(`curtain/${organizationId}`, Buffer.alloc(32, 1))
const noteOf = (size: number) => signCheckpoint({ origin: signer.name, size, root: emptyRoot }, signer)
const checkpoint = (size: number, day = '2026-03-01') =>
  ({ organizationId, size, note: noteOf(size), createdAt: new Date(`${day}T12:00:00.000Z`) })
const never = new AbortController().signal

let store: ObjectStore
let client: S3Client
let config: CheckpointS3Config

beforeAll(async () => {
  store = await startObjectStore()
  const { endpoint, accessKeyId, secretAccessKey } = store
  const credentials = { accessKeyId, secretAccessKey }
  client = new S3Client({ region: 'us-east-1', endpoint, credentials, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: 'kept', ObjectLockEnabledForBucket: true }))
  await client.send(new CreateBucketCommand({ Bucket: 'loose' }))
  config = { bucket: 'kept', region: 'us-east-1', endpoint, credentials, prefix: 'checkpoints/', retainDays: 2 }
})
afterAll(async () => {
  client.destroy()
  await store[Symbol.asyncDispose]()
})

test('the last checkpoint is there, over days, restarts and a clock that was set back', async () => {
  const destination = createS3Destination(config)
  expect(await destination.latest(organizationId)).toBeNull()
  for (const one of [checkpoint(9), checkpoint(10), checkpoint(11, '2026-03-02'), checkpoint(12)]) await destination.put(one, never)
  const again = createS3Destination(config)
  expect(await again.latest(organizationId)).toBe(noteOf(12))
  await again.put(checkpoint(13), never)
  expect(await createS3Destination(config).latest(organizationId)).toBe(noteOf(13))
})

test('nobody takes one away, whoever has the account', async () => {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: 'kept' }))
  expect(Versions).toHaveLength(5)
  for (const { Key, VersionId } of Versions) {
    const removed = client.send(new DeleteObjectCommand({ Bucket: 'kept', Key, VersionId, BypassGovernanceRetention: true }))
    await expect(removed).rejects.toMatchObject({ name: 'AccessDenied' })
  }
})

test('what is in the way is said by a word', async () => {
  const failureOf = (change: Partial<CheckpointS3Config>) =>
    createS3Destination({ ...config, ...change }).put(checkpoint(20), never).then(() => null, (error: { code: string }) => error.code)
  expect(await failureOf({ bucket: 'loose' })).toBe('no-object-lock')
  expect(await failureOf({ bucket: 'missing' })).toBe('no-object-lock')
  expect(await failureOf({ credentials: { ...config.credentials, secretAccessKey: 'wrong' } })).toBe('denied')
  expect(await failureOf({ endpoint: 'http://127.0.0.1:1' })).toBe('unreachable')
})
