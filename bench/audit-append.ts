import { randomBytes } from 'node:crypto'
import { makeId, type OrganizationId } from '@curtain/protocol'
import pg from 'pg'
import { entryOf } from '../server/src/audit/entry.ts'
import { startLogKeeper } from '../server/src/audit/keeper.ts'
import { latestCheckpoint } from '../server/src/audit/log-store.ts'
import { type AuditEvent, record } from '../server/src/audit/record.ts'
import { runFrom } from '../server/src/audit/request-origin.ts'
import { createSequencer, type Sequencer } from '../server/src/audit/sequencer.ts'
import { type Database, type DatabaseConnection, openDatabase } from '../server/src/database/database.ts'
import { newId } from '../server/src/database/new-id.ts'
import { createLog } from '../server/src/log.ts'
import type { Keys } from '../server/src/keys/keys.ts'
import { markdownTable, percent, progress, wholeNumber } from './report.ts'
import { median, percentile } from './statistics.ts'

export interface Log {
  organizationId: OrganizationId
  keys: Keys
}

const id = <Kind extends Parameters<typeof makeId>[0]>(kind: Kind) => makeId(kind, Date.now(), randomBytes(10))

/** What is logged most: somebody opened a patient. */
const readOf = (organizationId: OrganizationId): AuditEvent<'patient.read'> => ({
  type: 'patient.read', organizationId, userId: id('user'), sessionId: id('session'), target: id('patient'), facts: { access: 'own' },
})

/** One transaction that does nothing but write a row of these. */
interface Way {
  name: string
  append: (database: Database, log: Log) => Promise<unknown>
}

const inserting = (name: string, table: string): Way => ({
  name,
  append: (database, { organizationId }) =>
    database.inOrganization(organizationId, async (tx) => {
      const at = new Date()
      const event = readOf(organizationId)
      const eventId = newId('auditEvent', at)
      // The same text as is logged; its place for an address that is sealed is made of nothing.
      const entry = entryOf(eventId, event, at, { from: 'A'.repeat(64) })
      const { type, userId = null, sessionId = null, target = null, facts } = event
      await tx
        .withTables<Record<string, Record<string, unknown>>>()
        .insertInto(table)
        .values({
          id: eventId, organization_id: organizationId, at, type, outcome: 'success', user_id: userId, participant_id: null,
          session_id: sessionId, target, facts: JSON.stringify(facts), entry,
        })
        .execute()
    }),
})

const recording: Way = {
  name: 'record',
  append: (database, { organizationId, keys }) =>
    runFrom({ address: '203.0.113.7', keys }, () =>
      database.inOrganization(organizationId, (tx) => record(tx, readOf(organizationId))),
    ),
}

/** Tables like the log's own, for what appending costs by itself. */
async function makePlainTables(owner: DatabaseConnection): Promise<void> {
  const client = new pg.Client(owner)
  await client.connect()
  for (const [table, like] of [['plain_events', 'including all'], ['bare_events', 'including defaults']] as const) {
    await client.query(`create table ${table} (like audit_events ${like})`)
    await client.query(`alter table ${table} add foreign key (organization_id) references organizations; grant insert on ${table} to curtain_app`)
  }
  await client.query('alter table bare_events add primary key (id)')
  await client.end()
}

/** @returns milliseconds from the request for it to its commit, of each, and how long all took */
async function appendMany(database: Database, log: Log, { append }: Way, count: number, connections: number) {
  const times: number[] = []
  let left = count
  const from = performance.now()
  const one = async () => {
    while (left-- > 0) {
      const start = performance.now()
      await append(database, log)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  return { times, perSecond: count / ((performance.now() - from) / 1000) }
}

/** Plain and recorded rows in turns, on one connection and on sixteen. */
export async function measureAppends(connection: { owner: DatabaseConnection; server: DatabaseConnection }, log: Log, { rounds, appends }: { rounds: number; appends: number }): Promise<string> {
  await makePlainTables(connection.owner)
  const ways = [
    inserting('plain INSERT, no index but the primary key', 'bare_events'),
    inserting('plain INSERT, the same indexes', 'plain_events'),
    recording,
  ]
  const lines: string[][] = []
  for (const connections of [1, 16]) {
    const database = openDatabase(connection.server, { poolSize: connections })
    const figures = ways.map((way) => ({ way, times: [] as number[], rates: [] as number[] }))
    for (const { way } of figures) await appendMany(database, log, way, appends / 4, connections)
    for (let round = 0; round < rounds; round++) {
      progress(`appending on ${connections}, round ${round + 1} of ${rounds}`)
      for (const { way, times, rates } of round % 2 === 0 ? figures : figures.toReversed()) {
        const done = await appendMany(database, log, way, appends, connections)
        times.push(...done.times)
        rates.push(done.perSecond)
      }
    }
    await database.close()
    const recorded = figures.at(-1)?.rates ?? []
    for (const { way, times, rates } of figures) {
      const share = way === recording ? '' : percent(median(recorded.map((rate, round) => rate / (rates[round] ?? Number.NaN))))
      lines.push([`${connections} × ${way.name}`, wholeNumber(median(rates)), percentile(times, 0.5).toFixed(2), percentile(times, 0.99).toFixed(2), share])
    }
  }
  return markdownTable(['each in a transaction of its own', 'per second', 'p50 ms', 'p99 ms', 'record reaches'], lines)
}

/** A checkpoint that is on disk, by the clock of `performance.now()`. */
interface Signed {
  at: number
  size: number
}

/** The server's own sequencer; each checkpoint is noted once it is committed. */
function watched(database: Database, { organizationId, keys }: Log, signed: Signed[]): Sequencer {
  const sequencer = createSequencer({ database, keys })
  return {
    ...sequencer,
    async pass(of, options) {
      const done = await sequencer.pass(of, options)
      const at = performance.now()
      const last = await database.inOrganization(organizationId, latestCheckpoint)
      if (last !== null && last.size !== signed.at(-1)?.size) signed.push({ at, size: last.size })
      return done
    },
  }
}

/** Appends while the log is kept as it is in use: how long until a checkpoint that is on disk is over an event. */
export async function measureCheckpointing(server: DatabaseConnection, log: Log, appends: number): Promise<string> {
  const { organizationId } = log
  const lines: string[][] = []
  for (const connections of [1, 16]) {
    progress(`appending on ${connections} while events get their place`)
    const database = openDatabase(server, { poolSize: connections + 2 })
    const signed: Signed[] = []
    const keeper = startLogKeeper({ database, sequencer: watched(database, log, signed), log: createLog('silent') })
    const asked = new Map<string, number>()
    const append = (by: Database) =>
      by.inOrganization(organizationId, (tx) => {
        const event = readOf(organizationId)
        asked.set(event.target ?? '', performance.now())
        return runFrom({ address: '203.0.113.7', keys: log.keys }, () => record(tx, event))
      })
    const { times, perSecond } = await appendMany(database, log, { name: '', append }, appends, connections)
    await keeper.stop()
    // Apart, and put together here: nobody has counted yet what was just written, and a join would be planned as of nothing.
    const { leaves, targets } = await database.inOrganization(organizationId, async (tx) => ({
      leaves: await tx.selectFrom('audit_leaves').select(['index', 'event_id']).orderBy('index', 'desc').limit(appends).execute(),
      targets: new Map((await tx.selectFrom('audit_events').select(['id', 'target']).execute()).map(({ id: of, target }) => [of, target])),
    }))
    await database.close()
    const toSigned = leaves.map(({ index, event_id: of }) => {
      const target = targets.get(of)
      const covering = signed.find(({ size }) => size > Number(index))
      return (covering?.at ?? Number.NaN) - (asked.get(target ?? '') ?? Number.NaN)
    })
    const ms = (values: readonly number[]) => [0.5, 0.99].map((share) => percentile(values, share).toFixed(values === toSigned ? 0 : 2))
    lines.push([String(connections), wholeNumber(perSecond), ...ms(times), ...ms(toSigned)])
  }
  const head = ['connections, with the sequencer at work', 'per second', 'committed p50 ms', 'p99 ms', 'checkpointed p50 ms', 'p99 ms']
  return markdownTable(head, lines)
}
