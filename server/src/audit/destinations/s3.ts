import { createHash } from 'node:crypto'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { OrganizationId } from '@curtain/protocol'
import type { CheckpointS3Config } from './config.ts'
import { type CheckpointDestination, DestinationError, type OutgoingCheckpoint } from './destination.ts'

/** One object a minute and organization is enough to be looked at, and few enough to pay for. */
const pauseMs = 60_000
const patienceMs = 20_000
const dayMs = 24 * 60 * 60_000

/** Sizes of the same length, so that they sort as numbers do. */
const nameOf = ({ size }: OutgoingCheckpoint) => `${String(size).padStart(16, '0')}.note`

/**
 * Keeps checkpoints in a bucket with object lock (S3 `COMPLIANCE` mode): what is there cannot be changed or removed by anybody
 * before its time is over, whoever has the account. `checkpoints/<organization>/<day>/<size>.note`.
 */
export function createS3Destination(config: CheckpointS3Config, now: () => Date = () => new Date()): CheckpointDestination {
  const { bucket, region, endpoint, prefix, retainDays } = config
  const client = new S3Client({
    region,
    credentials: config.credentials,
    // Stores that are not Amazon's are reached by path.
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // What fails is tried again by whoever brings it, who knows since when.
    maxAttempts: 1,
  })
  const folderOf = (organizationId: OrganizationId) => `${prefix}${organizationId}/`
  /** The last folder of a day that is known of each organization: a clock that was set back must not go behind it. */
  const lastDays = new Map<OrganizationId, string>()
  const dayOf = ({ organizationId, createdAt }: OutgoingCheckpoint) => {
    const today = `${folderOf(organizationId)}${createdAt.toISOString().slice(0, 10)}/`
    const last = lastDays.get(organizationId) ?? today
    return last > today ? last : today
  }
  const patience = (signal?: AbortSignal) => ({
    abortSignal: AbortSignal.any([AbortSignal.timeout(patienceMs), ...(signal === undefined ? [] : [signal])]),
  })

  /** The last name below a prefix, of folders or of objects. */
  async function lastBelow(below: string, what: 'folders' | 'objects', signal: AbortSignal | undefined): Promise<string | null> {
    let last: string | null = null
    let token: string | undefined
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: below, ContinuationToken: token, ...(what === 'folders' && { Delimiter: '/' }) }),
        patience(signal),
      )
      const names = what === 'folders' ? page.CommonPrefixes?.map((one) => one.Prefix) : page.Contents?.map((one) => one.Key)
      last = names?.findLast((name) => name !== undefined) ?? last
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined
    } while (token !== undefined)
    return last
  }

  async function latest(organizationId: OrganizationId, signal: AbortSignal | undefined): Promise<string | null> {
    const day = await lastBelow(folderOf(organizationId), 'folders', signal)
    if (day === null) return null
    lastDays.set(organizationId, day)
    const key = await lastBelow(day, 'objects', signal)
    if (key === null) return null
    const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), patience(signal))
    return (await object.Body?.transformToString('utf8')) ?? null
  }

  async function put(checkpoint: OutgoingCheckpoint, signal: AbortSignal): Promise<void> {
    const body = Buffer.from(checkpoint.note, 'utf8')
    const day = dayOf(checkpoint)
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `${day}${nameOf(checkpoint)}`,
        Body: body,
        ContentType: 'text/plain; charset=utf-8',
        // Asked for with object lock, and understood by every store.
        ContentMD5: createHash('md5').update(body).digest('base64'),
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(now().getTime() + retainDays * dayMs),
      }),
      patience(signal),
    )
    lastDays.set(checkpoint.organizationId, day)
  }

  return {
    kind: 's3',
    name: `${bucket}/${prefix}`,
    pauseMs,
    isReadable: true,
    latest: (organizationId, signal) => latest(organizationId, signal).catch(explain),
    put: (checkpoint, signal) => put(checkpoint, signal).catch(explain),
  }
}

/** What a store answers, in our words. Its own may name keys. */
function explain(error: unknown): never {
  if (!(error instanceof S3ServiceException)) throw new DestinationError('unreachable', error)
  const status = error.$metadata.httpStatusCode ?? 0
  if (status === 401 || status === 403) throw new DestinationError('denied', error)
  if (status === 404 || error.name === 'InvalidRequest' || error.name === 'InvalidBucketState') throw new DestinationError('no-object-lock', error)
  throw new DestinationError(status >= 500 ? 'unreachable' : 'refused', error)
}
