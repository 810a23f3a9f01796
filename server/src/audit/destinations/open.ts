import type { CheckpointsConfig } from './config.ts'
import type { CheckpointDestination } from './destination.ts'
import { createFolderDestination } from './folder.ts'
import { createS3Destination } from './s3.ts'
import { createWebhookDestination } from './webhook.ts'

/** Where the operator wants checkpoints: a folder always, and what they set up beside it. */
export function openDestinations({ folder, s3, webhook }: CheckpointsConfig): CheckpointDestination[] {
  return [
    createFolderDestination(folder),
    ...(s3 === null ? [] : [createS3Destination(s3)]),
    ...(webhook === null ? [] : [createWebhookDestination(webhook)]),
  ]
}
