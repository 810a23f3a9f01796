import { randomBytes } from 'node:crypto'
import { createSigner, type Signer } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import { auditSigningSeed } from './schema.ts'

const seedBytes = 32

/** The name of an organization's log: what its checkpoints are of, and under which they are signed. */
export const logOrigin = (organizationId: OrganizationId): string => `curtain/${organizationId}`

/**
 * What signs an organization's checkpoints: a key of its own, which stays when the organization's key is rotated. Made when
 * there is none; the caller holds the log.
 */
export async function signerOf(tx: Transaction, organizationId: OrganizationId, fields: Sealer, now: Date): Promise<Signer> {
  const newest = await tx
    .selectFrom('audit_keys')
    .select(['version', 'seed'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const rowOf = (version: number) => `${organizationId}/${version}`
  if (newest !== undefined) {
    const seed = fields.open(auditSigningSeed, rowOf(newest.version), newest.seed)
    return createSigner(logOrigin(organizationId), Buffer.from(seed, 'base64'))
  }
  const seed = randomBytes(seedBytes)
  const sealed = fields.seal(auditSigningSeed, rowOf(1), seed.toString('base64'))
  await tx.insertInto('audit_keys').values({ organization_id: organizationId, version: 1, seed: sealed, created_at: now }).execute()
  return createSigner(logOrigin(organizationId), seed)
}
