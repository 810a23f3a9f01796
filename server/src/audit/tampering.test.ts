import { readVerifier, verifyExport } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { createOrganization } from '../organizations/service.ts'
import { checkAgainstKept } from './check-kept.ts'
import { createFolderDestination } from './destinations/folder.ts'
import { exportLog } from './export.ts'
import { latestCheckpoint } from './log-store.ts'
import { record } from './record.ts'
import { createSequencer } from './sequencer.ts'
import { logKey } from './signing.ts'

let world: TestDatabase
const folder = temporaryFolder()
const outside = createFolderDestination(folder.path)
const never = new AbortController().signal
let made = 0

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** Logs reads of these targets, gives them their place and signs it, as the server does. */
async function log(organizationId: OrganizationId, ...targets: string[]): Promise<void> {
  await world.database.inOrganization(organizationId, async (tx) => {
    for (const target of targets) await record(tx, { type: 'visit.read', organizationId, target })
  })
  await createSequencer(world).pass(organizationId, { signNow: true })
}

const keyOf = async (organizationId: OrganizationId) => (await world.database.inOrganization(organizationId, logKey)) ?? ''

/** A log of twelve entries, of which an auditor kept the key and the last checkpoint, and the server keeps it in a folder. */
async function keptLog(): Promise<{ organizationId: OrganizationId; key: string; checkpoint: string }> {
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana${made++}@harbor.example`, password: null }
  const { organizationId } = await createOrganization(world, input, new Date())
  await log(organizationId, 't2', 't3', 't4', 't5', 't6', 't7', 't8', 't9', 't10', 't11')
  const { note = '', size = 0, createdAt = new Date() } = (await world.database.inOrganization(organizationId, latestCheckpoint)) ?? {}
  await outside.put({ organizationId, size, note, createdAt }, never)
  return { organizationId, key: await keyOf(organizationId), checkpoint: note }
}

/** What somebody who owns the database does to a log. */
type Attack = (organizationId: OrganizationId) => Promise<unknown>
const sql =
  (...statements: string[]): Attack =>
  async (organizationId) => {
    for (const text of statements) await world.query(text.replaceAll(':org', `'${organizationId}'`))
  }
/** And then has the server go on with what is there, and sign it. */
const signedAnew =
  (attack: Attack, ...targets: string[]): Attack =>
  async (organizationId) => {
    await attack(organizationId)
    await log(organizationId, ...targets)
  }

const leaf = (index: number) => `(select event_id from audit_leaves where organization_id = :org and index = ${index})`
const unsign = 'delete from audit_checkpoints where organization_id = :org'
const cutAt = (size: number) => [
  `delete from audit_checkpoints where organization_id = :org and size > ${size}`,
  `delete from audit_leaves where organization_id = :org and index >= ${size}`,
  'delete from audit_events e where organization_id = :org and not exists (select from audit_leaves l where l.event_id = e.id)',
]
const swap = `with place (index, event_id, hash) as (
    delete from audit_leaves where organization_id = :org and index in (5, 6) returning index, event_id, hash
  ) select * into swapped from place`
const swapBack = `insert into audit_leaves (organization_id, index, event_id, hash) select :org, 11 - index, event_id, hash from swapped`

/** By what is kept outside, an auditor with `curtain audit verify` sees the first, the server itself the second. */
const attacks: [string, Attack, unknown[], unknown[]][] = [
  ['a byte is changed', sql(`update audit_events set entry = replace(entry, '"t5"', '"t4"'), target = 't4' where organization_id = :org and target = 't5'`), ['another-history', 'wrong-root'], ['another-history', 'wrong-root', 'altered']],
  ['a byte is changed, and its hash', sql(
    `update audit_events set entry = replace(entry, '"t5"', '"t4"'), target = 't4' where organization_id = :org and target = 't5'`,
    `update audit_leaves l set hash = sha256('\\x00'::bytea || convert_to(e.entry, 'UTF8')) from audit_events e where e.id = l.event_id and l.organization_id = :org`,
  ), ['another-history', 'wrong-root'], ['another-history', 'wrong-root']],
  ['two events are swapped', sql(swap, swapBack, 'drop table swapped'), ['another-history', 'wrong-root'], ['another-history', 'wrong-root']],
  ['the last is dropped', signedAnew(sql(...cutAt(11), unsign)), ['shorter-than-before'], ['shorter-than-before']],
  ['the last is dropped, and the log goes on', signedAnew(sql(...cutAt(11), unsign), 'later'), ['another-history'], ['another-history']],
  ['one in the middle is dropped', sql(`delete from audit_events where id = ${leaf(6)}`), ['taken-out 6'], ['taken-out 6']],
  ['one in the middle is dropped with its place', sql(`delete from audit_events where id = ${leaf(6)}`, 'delete from audit_leaves where organization_id = :org and index = 6'), ['out-of-order 6'], ['out-of-order 6']],
  ['one is dropped and the rest renumbered', signedAnew(sql(
    `delete from audit_events where id = ${leaf(6)}`,
    'delete from audit_leaves where organization_id = :org and index = 6',
    'update audit_leaves set index = index + 1000 where organization_id = :org and index > 6',
    'update audit_leaves set index = index - 1001 where organization_id = :org and index > 1000',
    unsign,
  ), 'later'), ['another-history'], ['another-history']],
  ['all is rewritten and signed with a new key', signedAnew(sql(
    `delete from audit_events where id = ${leaf(6)}`,
    'delete from audit_leaves where organization_id = :org',
    unsign,
    'delete from audit_keys where organization_id = :org',
    'insert into audit_pending (organization_id, event_id) select organization_id, id from audit_events where organization_id = :org order by id',
  ), 'later'), ['another-history', 'other-key'], ['other-key', 'another-history']],
  ['an old database is restored', signedAnew(sql(...cutAt(8), unsign)), ['shorter-than-before'], ['shorter-than-before']],
  ['the log is forked into two histories', signedAnew(sql(...cutAt(8), unsign), 'f8', 'f9', 'f10', 'f11', 'f12'), ['another-history'], ['another-history']],
]

test.each(attacks)('%s: an auditor sees it with what they kept, and so does the server', async (_, attack, seenByAuditor, seenByServer) => {
  const { organizationId, key, checkpoint } = await keptLog()
  const lookAt = () => checkAgainstKept({ database: world.database, destinations: [outside] }, organizationId, { now: new Date(), signal: never })
  expect(await lookAt()).toMatchObject({ outcome: 'sound', entries: 12, comparedWith: 12, findings: [] })
  await attack(organizationId)

  // What is handed out is what is there by then, under the key that is there by then.
  const file: Buffer[] = []
  for await (const text of exportLog(world.database, organizationId, await keyOf(organizationId))) file.push(Buffer.from(text))
  const { outcome, findings } = await verifyExport(file, { key: readVerifier(key), checkpoint })
  expect(outcome).toBe('broken')
  expect(findings.map(({ code, index }) => (index === undefined ? code : `${code} ${index}`))).toEqual(seenByAuditor)

  const check = await lookAt()
  expect(check?.outcome).toBe('broken')
  expect(check?.findings.map(({ code, index }) => (index === null ? code : `${code} ${index}`))).toEqual(seenByServer)
})
