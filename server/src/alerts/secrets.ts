import type { Database } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import { type AlertRuleHeld, oldWebhookSecret, webhookSecret } from './schema.ts'
import { deleteOldSecret, noOldSecret } from './store.ts'

/** How long a secret signs beside the one that was made after it: long enough to bring that to the receiver. */
const overlapMs = 24 * 60 * 60_000

export const noSecrets = { webhook_secret: null, ...noOldSecret }

type Secrets = Pick<AlertRuleHeld, 'id' | 'webhook_secret' | 'old_webhook_secret' | 'old_secret_until'>

/** Puts a secret in the place of a rule's present one, which becomes the old one; one that was old before is gone. */
export function replaceSecret(fields: Sealer, { id, webhook_secret: present }: Secrets, secret: string, now: Date) {
  const old = present === null ? null : fields.seal(oldWebhookSecret, id, fields.open(webhookSecret, id, present))
  return {
    webhook_secret: fields.seal(webhookSecret, id, secret),
    old_webhook_secret: old,
    old_secret_until: old === null ? null : new Date(now.getTime() + overlapMs),
  }
}

/** Until when the old secret signs too; null where there is none. */
export function oldSecretUntil({ old_secret_until: until }: Pick<Secrets, 'old_secret_until'>, now: Date): Date | null {
  return until !== null && until > now ? until : null
}

/** Each secret that a rule's messages are signed with, the newest first; none where it has no webhook. */
export function secretsOf(fields: Sealer, rule: Secrets, now: Date): string[] {
  const { id, webhook_secret: present, old_webhook_secret: old } = rule
  return [
    ...(present === null ? [] : [fields.open(webhookSecret, id, present)]),
    ...(old === null || oldSecretUntil(rule, now) === null ? [] : [fields.open(oldWebhookSecret, id, old)]),
  ]
}

/** Deletes the old secrets whose time is over. */
export async function deleteOverdueSecrets(database: Database, now: Date): Promise<void> {
  for (const { organizationId, id } of await database.lookUps.overdueWebhookSecrets(now)) {
    await database.inOrganization(organizationId, (tx) => deleteOldSecret(tx, id, now))
  }
}
