import type { CheckpointFailure } from '@curtain/protocol'
import type { CheckpointWebhookConfig } from './config.ts'
import { postWebhook, WebhookError, type WebhookProblem } from '../../webhooks/post.ts'
import { type CheckpointDestination, DestinationError } from './destination.ts'

const pauseMs = 60_000

const failures: Record<WebhookProblem, CheckpointFailure> = {
  'address-invalid': 'refused',
  'address-refused': 'refused',
  unreachable: 'unreachable',
  tls: 'unreachable',
  'timed-out': 'unreachable',
  redirected: 'refused',
  gone: 'refused',
  refused: 'refused',
  stopped: 'broken-off',
}

/**
 * Posts checkpoints to somebody who keeps them, signed as Standard Webhooks are:
 * `{"type":"audit.checkpoint","timestamp":…,"data":{"organizationId":…,"size":…,"note":…}}`. The operator wrote the address
 * down, so that it may be inside their own network.
 */
export function createWebhookDestination({ url, secret }: CheckpointWebhookConfig): CheckpointDestination {
  return {
    kind: 'webhook',
    // The path of an address may be as good as a password.
    name: new URL(url).host,
    pauseMs,
    isReadable: false,
    latest: async () => null,
    async put({ organizationId, size, note, createdAt }, signal) {
      const body = JSON.stringify({ type: 'audit.checkpoint', timestamp: createdAt.toISOString(), data: { organizationId, size, note } })
      try {
        await postWebhook({ url, secrets: [secret], id: `checkpoint-${organizationId}-${size}`, body, signal, privateAddresses: 'allow' })
      } catch (error) {
        throw new DestinationError(error instanceof WebhookError ? failures[error.code] : 'broken-off', error)
      }
    },
  }
}
