import { join, resolve } from 'node:path'

/** A bucket with object lock that checkpoints of the audit log are kept in. The secret is never printed. */
export interface CheckpointS3Config {
  bucket: string
  region: string
  /** Null: Amazon's own. */
  endpoint: string | null
  credentials: { accessKeyId: string; secretAccessKey: string }
  /** What keys begin with; ends with a slash. */
  prefix: string
  /** How long nobody can remove one. */
  retainDays: number
}

/** Somebody who keeps checkpoints. The secret is never printed. */
export interface CheckpointWebhookConfig {
  url: string
  /** As `whsec_…` (Standard Webhooks). */
  secret: string
}

/** Where checkpoints of the audit log are kept outside the database: in a folder, and wherever else is said. */
export interface CheckpointsConfig {
  folder: string
  s3: CheckpointS3Config | null
  webhook: CheckpointWebhookConfig | null
}

/** The settings of it, each sound in itself. */
export interface CheckpointSettings {
  checkpointDir?: string | undefined
  checkpointS3Bucket?: string | undefined
  checkpointS3Region: string
  checkpointS3Endpoint?: string | undefined
  checkpointS3AccessKeyId?: string | undefined
  checkpointS3SecretAccessKey?: string | undefined
  checkpointS3Prefix: string
  checkpointS3RetainDays: number
  checkpointWebhookUrl?: string | undefined
  checkpointWebhookSecret?: string | undefined
}

/** Refuses what belongs together and is not all there. */
export function readCheckpoints(
  dataDir: string,
  given: CheckpointSettings,
  refuse: (key: keyof CheckpointSettings, sentence: string) => void,
): CheckpointsConfig {
  const folder = resolve(given.checkpointDir ?? join(dataDir, 'checkpoints'))
  return { folder, s3: readS3(given, refuse), webhook: readWebhook(given, refuse) }
}

function readS3(given: CheckpointSettings, refuse: (key: keyof CheckpointSettings, sentence: string) => void): CheckpointS3Config | null {
  const { checkpointS3Bucket: bucket, checkpointS3AccessKeyId: accessKeyId, checkpointS3SecretAccessKey: secretAccessKey } = given
  if (bucket === undefined) {
    if ((accessKeyId ?? secretAccessKey) !== undefined) refuse('checkpointS3Bucket', 'is needed beside its credentials')
    return null
  }
  if (accessKeyId === undefined) refuse('checkpointS3AccessKeyId', 'is needed beside CURTAIN_CHECKPOINT_S3_BUCKET')
  if (secretAccessKey === undefined) refuse('checkpointS3SecretAccessKey', 'is needed beside CURTAIN_CHECKPOINT_S3_BUCKET')
  if (accessKeyId === undefined || secretAccessKey === undefined) return null
  return {
    bucket,
    region: given.checkpointS3Region,
    endpoint: given.checkpointS3Endpoint ?? null,
    credentials: { accessKeyId, secretAccessKey },
    prefix: given.checkpointS3Prefix.replace(/\/?$/, '/'),
    retainDays: given.checkpointS3RetainDays,
  }
}

function readWebhook(
  { checkpointWebhookUrl: url, checkpointWebhookSecret: secret }: CheckpointSettings,
  refuse: (key: keyof CheckpointSettings, sentence: string) => void,
): CheckpointWebhookConfig | null {
  if (url !== undefined && secret !== undefined) return { url, secret }
  if (url !== undefined) refuse('checkpointWebhookSecret', 'is needed beside CURTAIN_CHECKPOINT_WEBHOOK_URL')
  if (secret !== undefined) refuse('checkpointWebhookUrl', 'is needed beside CURTAIN_CHECKPOINT_WEBHOOK_SECRET')
  return null
}
