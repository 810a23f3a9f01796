import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { leafHash, proveConsistency, proveInclusion, readVerifier, verifyExport, verifyInclusion } from '@curtain/audit-log'
import { type AuditSearch, auditSearch } from '@curtain/protocol'
import { exportLog } from '../server/src/audit/export.ts'
import { latestCheckpoint } from '../server/src/audit/log-store.ts'
import { createLogNews } from '../server/src/audit/news.ts'
import { createLogSearch } from '../server/src/audit/search.ts'
import { createSequencer } from '../server/src/audit/sequencer.ts'
import { signerOf } from '../server/src/audit/signing.ts'
import { nodesOf } from '../server/src/audit/tree.ts'
import type { Database } from '../server/src/database/database.ts'
import type { SignedInActor } from '../server/src/users/schema.ts'
import type { Log } from './audit-append.ts'
import type { AuditWorld } from './audit-population.ts'
import { markdownTable, progress, wholeNumber } from './report.ts'
import { percentile } from './statistics.ts'

/** Gives everything that waits its place. */
export async function measureSequencing(database: Database, { organizationId, keys }: Log, waiting: number): Promise<string> {
  progress('giving places')
  const sequencer = createSequencer({ database, keys })
  const from = performance.now()
  let placed = 0
  for (let more = true; more; ) {
    const done = await sequencer.pass(organizationId)
    placed += done.placed
    more = done.hasMore
  }
  const seconds = (performance.now() - from) / 1000
  if (placed !== waiting) throw new Error(`${placed} of ${waiting} events got a place`)
  await sequencer.pass(organizationId, { signNow: true })
  return markdownTable(['giving places', ''], [['events', wholeNumber(placed)], ['per second', wholeNumber(placed / seconds)]])
}

/** Exports the log into a file, and reads that as an auditor would. */
export async function measureVerification(database: Database, { organizationId, keys }: Log, folder: string): Promise<string> {
  progress('exporting')
  const fields = await keys.sealer(organizationId)
  const { encoded: key } = await database.inOrganization(organizationId, (tx) => signerOf(tx, organizationId, fields, new Date()))
  const file = join(folder, 'export.ndjson')
  const started = performance.now()
  await pipeline(Readable.from(exportLog(database, organizationId, key)), createWriteStream(file))
  const exported = performance.now()
  progress('verifying')
  const report = await verifyExport(createReadStream(file, { highWaterMark: 1024 * 1024 }), { key: readVerifier(key) })
  const verified = performance.now()
  rmSync(file)
  if (report.outcome !== 'sound') throw new Error(`the log is ${report.outcome}: ${report.findings.map(({ sentence }) => sentence).join(' ')}`)
  return markdownTable(
    ['the whole log', ''],
    [
      ['events', wholeNumber(report.entries)],
      ['exported to a file, per second', wholeNumber(report.entries / ((exported - started) / 1000))],
      ['verified from the file, per second', wholeNumber(report.entries / ((verified - exported) / 1000))],
    ],
  )
}

/** Proves single entries, and checks the proofs; and that the log goes on from what it was. */
export async function measureProofs(database: Database, { organizationId }: Log, count: number, random: () => number): Promise<string> {
  progress('proving')
  const last = await database.inOrganization(organizationId, latestCheckpoint)
  if (last === null) throw new Error('no checkpoint')
  const { size, root } = last
  const inclusion: number[] = []
  const consistency: number[] = []
  for (let at = 0; at < count; at++) {
    const index = Math.floor(random() * size)
    const from = performance.now()
    const path = await database.inOrganization(organizationId, (tx) => proveInclusion(index, size, nodesOf(tx, organizationId)))
    inclusion.push(performance.now() - from)
    const { entry } = await database.inOrganization(organizationId, (tx) =>
      tx
        .selectFrom('audit_leaves')
        .innerJoin('audit_events', 'audit_events.id', 'audit_leaves.event_id')
        .select('audit_events.entry')
        .where('audit_leaves.index', '=', String(index))
        .executeTakeFirstOrThrow(),
    )
    const leaf = leafHash(Buffer.from(entry, 'utf8'))
    if (!verifyInclusion(index, size, leaf, path, root)) throw new Error(`entry ${index} is not proven`)
    const start = performance.now()
    await database.inOrganization(organizationId, (tx) => proveConsistency(index + 1, size, nodesOf(tx, organizationId)))
    consistency.push(performance.now() - start)
  }
  const figures = (times: readonly number[]) => [0.5, 0.99, 1].map((share) => percentile(times, share).toFixed(2))
  return markdownTable(
    [`proof among ${wholeNumber(size)} events, ms`, 'p50', 'p99', 'most'],
    [['that one is in the log', ...figures(inclusion)], ['that the log goes on from an earlier size', ...figures(consistency)]],
  )
}

/** What an officer asks, of somebody who is common in the log and of somebody who is rare. */
const questions: [string, (world: AuditWorld, one: <Of>(list: readonly Of[]) => Of, spanOf: () => { since: string; until: string }) => AuditSearch][] = [
  ['the newest events', () => ({})],
  ['who saw this patient', ({ patients }, one) => ({ patientId: one(patients) })],
  ['who saw this patient, in a month', ({ patients }, one, span) => ({ patientId: one(patients), ...span() })],
  ['what this person did', ({ users }, one) => ({ userId: one(users) })],
  ['what this person did, in a month', ({ users }, one, span) => ({ userId: one(users), ...span() })],
  ['what this person changed of patients', ({ users }, one) => ({ userId: one(users), types: ['patient.changed', 'patient.glass-broken'] })],
  ['what happened in this visit', ({ visits }, one) => ({ visitId: one(visits).id })],
  ['what was denied', () => ({ outcome: 'denied' })],
  ['what was denied to this person', ({ users }, one) => ({ userId: one(users), outcome: 'denied' })],
  ['broken glass, in a month', (_world, _one, span) => ({ types: ['patient.glass-broken'], ...span() })],
  ['who of the staff saw this patient', ({ patients, users }, one) => ({ patientId: one(patients), userId: one(users) })],
  ['a type that there is none of', () => ({ types: ['log.pruned'] })],
]

const monthMs = 30 * 24 * 3_600_000

export async function measureSearches(database: Database, { organizationId, keys }: Log, actor: SignedInActor, of: { world: AuditWorld; each: number; random: () => number }): Promise<string> {
  const { world, each, random } = of
  const { search } = createLogSearch({ database, keys, news: createLogNews() })
  const all: number[] = []
  const lines: string[][] = []
  // As evenly the first, who are met often, as the last, who are hardly met at all.
  const one = <Of>(list: readonly Of[]): Of => {
    const found = list[Math.floor(random() * list.length)]
    if (found === undefined) throw new Error('an empty world')
    return found
  }
  const span = () => {
    const since = Date.now() - Math.floor(random() * 72) * monthMs
    return { since: new Date(since - monthMs).toISOString(), until: new Date(since).toISOString() }
  }
  for (const [question, make] of questions) {
    progress(`asking ${question} of ${organizationId}`)
    const times: number[] = []
    let found = 0
    for (let at = 0; at < each; at++) {
      const asked = auditSearch.parse(make(world, one, span))
      const from = performance.now()
      const { events } = await search(actor, asked)
      times.push(performance.now() - from)
      found += events.length
    }
    all.push(...times)
    lines.push([question, (found / each).toFixed(1), ...figures(times)])
  }
  lines.push(['all of these', '', ...figures(all)])
  return markdownTable(['search, with opening what it finds and the audit event, ms', 'found', 'p50', 'p95', 'p99', 'most'], lines)
}

const figures = (times: readonly number[]) => [0.5, 0.95, 0.99, 1].map((share) => percentile(times, share).toFixed(1))
