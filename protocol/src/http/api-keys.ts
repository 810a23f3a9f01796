import { z } from 'zod'
import { apiKeyId, secret, userId } from '../ids.ts'
import { instant, line } from '../text.ts'
import { addressRanges } from './organizations.ts'

/** What a key may be used for. Which operations each opens: docs/access.md. */
export const apiKeyScope = z.enum(['visits:read', 'visits:write', 'patients:read', 'patients:write', 'room-tokens:write'])
export type ApiKeyScope = z.infer<typeof apiKeyScope>

/** A key by which a program of the organization's uses the API; without its secret, which is told once. */
export const apiKey = z.object({
  id: apiKeyId,
  name: z.string(),
  scopes: z.array(apiKeyScope),
  /** From where it may be used; empty: from everywhere. */
  addresses: z.array(z.string()),
  createdBy: z.object({ id: userId, name: z.string() }),
  createdAt: instant,
  expiresAt: instant,
  /** To the minute; null for a key that was never used. */
  lastUsedAt: instant.nullable(),
})
export type ApiKey = z.infer<typeof apiKey>

/** Those that were not ended, the newest first; also those that have expired. */
export const apiKeyList = z.object({ apiKeys: z.array(apiKey) })

export const apiKeyInput = z.object({
  name: line(60),
  scopes: z.array(apiKeyScope).min(1).max(apiKeyScope.options.length),
  addresses: addressRanges.default([]),
  validDays: z.number().int().min(1).max(365).default(90),
})
export type ApiKeyInput = z.input<typeof apiKeyInput>

/** The secret is told here only. With HTTP Basic (RFC 7617), the id is the user and the secret the password. */
export const apiKeyCreated = z.object({ apiKey, secret })
export type ApiKeyCreated = z.infer<typeof apiKeyCreated>
