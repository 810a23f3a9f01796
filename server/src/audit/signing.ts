import { randomBytes } from 'node:crypto'
import { createSigner, replacementText, type Signer, signerOfNote } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import type { Selectable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import { latestCheckpoint } from './log-store.ts'
import { record } from './record.ts'
import { type AuditKeyRow, auditSigningSeed } from './schema.ts'

const seedBytes = 32

/** The name of an organization's log: what its checkpoints are of, and under which they are signed. */
export const logOrigin = (organizationId: OrganizationId): string => `curtain/${organizationId}`

/** What an entry of type `log.key-replaced` says of the key before it, so that whoever knows that one knows the new one. */
interface Replacement {
  version: number
  /** As it is written down. */
  key: string
  keyBefore?: string
  /** A note by the key before it, which names both; none where that key was lost. */
  statement?: string
}

/**
 * What signs an organization's checkpoints: a key of its own, which stays when the organization's key is rotated. Made for a log
 * without one; the caller holds the log.
 * @throws Error where a log that was signed before has none any more, or it does not open
 */
export async function signerOf(tx: Transaction, organizationId: OrganizationId, fields: Sealer, now: Date): Promise<Signer> {
  const newest = await newestKey(tx)
  if (newest !== undefined) return open(organizationId, fields, newest)
  const signed = await tx.selectFrom('audit_checkpoints').select('size').limit(1).executeTakeFirst()
  if (signed !== undefined) throw new Error(`the signing key of the audit log of ${organizationId} is gone: ${howToReplace}`)
  return addKey(tx, organizationId, fields, { version: 1, now })
}

/**
 * Gives a log a new key, and puts on record that and how it follows from the one before. The caller holds the log.
 * @returns the new key, and whether the one before could still say so
 */
export async function replaceKey(
  tx: Transaction,
  organizationId: OrganizationId,
  fields: Sealer,
  now: Date,
): Promise<{ key: string; isVouchedFor: boolean }> {
  const rows = await keysOf(tx).execute()
  const [newest] = rows
  // The one that signed last: a row that somebody put on top is in nobody's way.
  const checkpoint = await latestCheckpoint(tx)
  const signer = checkpoint && signerOfNote(checkpoint.note, rows.map(({ key }) => key))
  const last = rows.find((row) => row.key === signer?.encoded) ?? newest
  const before = last === undefined ? null : openOrNull(organizationId, fields, last)
  const version = (newest?.version ?? 0) + 1
  const { encoded: key } = await addKey(tx, organizationId, fields, { version, now })
  const facts: Replacement = {
    version,
    key,
    ...(last !== undefined && { keyBefore: last.key }),
    ...(before !== null && { statement: before.signNote(replacementText(before.encoded, key)) }),
  }
  await record(tx, { type: 'log.key-replaced', organizationId, facts }, now)
  return { key, isVouchedFor: before !== null }
}

/** What a log's checkpoints are checked with now, as it is written down; null before the first. Opens nothing. */
export async function logKey(tx: Transaction): Promise<string | null> {
  return (await newestKey(tx))?.key ?? null
}

const howToReplace = 'docs/operations.md, "The log’s key"'

type KeyRow = Pick<Selectable<AuditKeyRow>, 'version' | 'seed' | 'key'>
const rowOf = (organizationId: OrganizationId, version: number) => `${organizationId}/${version}`

/** The newest first. */
function keysOf(tx: Transaction) {
  return tx.selectFrom('audit_keys').select(['version', 'seed', 'key']).orderBy('version', 'desc')
}

function newestKey(tx: Transaction): Promise<KeyRow | undefined> {
  return keysOf(tx).limit(1).executeTakeFirst()
}

function open(organizationId: OrganizationId, fields: Sealer, { version, seed, key }: KeyRow): Signer {
  let signer: Signer
  try {
    const opened = fields.open(auditSigningSeed, rowOf(organizationId, version), seed)
    signer = createSigner(logOrigin(organizationId), Buffer.from(opened, 'base64'))
  } catch (cause) {
    throw new Error(`the signing key of the audit log of ${organizationId} does not open: ${howToReplace}`, { cause })
  }
  if (signer.encoded !== key) throw new Error(`the signing key of the audit log of ${organizationId} is not what it was: ${howToReplace}`)
  return signer
}

function openOrNull(organizationId: OrganizationId, fields: Sealer, row: KeyRow): Signer | null {
  try {
    return open(organizationId, fields, row)
  } catch {
    return null
  }
}

async function addKey(
  tx: Transaction,
  organizationId: OrganizationId,
  fields: Sealer,
  { version, now }: { version: number; now: Date },
): Promise<Signer> {
  const seed = randomBytes(seedBytes)
  const signer = createSigner(logOrigin(organizationId), seed)
  await tx
    .insertInto('audit_keys')
    .values({
      organization_id: organizationId,
      version,
      seed: fields.seal(auditSigningSeed, rowOf(organizationId, version), seed.toString('base64')),
      key: signer.encoded,
      created_at: now,
    })
    .execute()
  return signer
}
