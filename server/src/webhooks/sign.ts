import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'
/** What a receiver knows us by: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return prefix + randomBytes(32).toString('base64')
}

/** Whether a text is such a secret, ours or somebody else's: 24 to 64 bytes, as the specification asks. */
export function isWebhookSecret(text: string): boolean {
  const key = keyOf(text)
  return text === prefix + key.toString('base64') && key.length >= 24 && key.length <= 64
}

const keyOf = (secret: string) => Buffer.from(secret.slice(prefix.length), 'base64')

/** What is signed: a message that keeps its id over attempts, so that a receiver knows one that came twice. */
export interface SignedMessage {
  /** Without a full stop. */
  id: string
  body: string
  /** Of this attempt: receivers refuse what is old. */
  at: Date
}

/**
 * The headers that show a receiver who a message is from, and that nobody changed it
 * (Standard Webhooks 1.0, github.com/standard-webhooks/standard-webhooks).
 * @param secrets while one takes the place of another both, the newer first: a receiver may have either
 * @throws Error unless there is one, and each is one of `isWebhookSecret`
 */
export function signWebhook(secrets: readonly string[], { id, body, at }: SignedMessage) {
  if (secrets.length === 0 || !secrets.every(isWebhookSecret)) throw new Error('not the secret of a webhook')
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const hash = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`, 'utf8')
    return `v1,${hash.digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
