import { makeId } from '@curtain/protocol'
import pg from 'pg'
import { entryOf } from '../server/src/audit/entry.ts'
import type { Database, DatabaseConnection } from '../server/src/database/database.ts'
import { newId } from '../server/src/database/new-id.ts'
import type { Keys } from '../server/src/keys/keys.ts'
import { describePatients, openFields, sealFields } from '../server/src/patients/fields.ts'
import { createPatients } from '../server/src/patients/service.ts'
import { newestPatients } from '../server/src/patients/store.ts'
import type { SignedInActor } from '../server/src/users/schema.ts'
import type { MadeUpPatient } from './patient-population.ts'
import { markdownTable, wholeNumber } from './report.ts'

const listed = 200

/** How many patients are written and read in a second, sealed, beside the same rows in the clear in the same database. */
export async function measureSealing(
  database: Database,
  keys: Keys,
  superuser: DatabaseConnection,
  { scheduler }: { scheduler: SignedInActor },
  next: () => MadeUpPatient,
  count: number,
): Promise<string> {
  const { organizationId, userId } = scheduler
  const clear = new pg.Client(superuser)
  await clear.connect()
  await clear.query(`create table clear_patients (id text primary key, organization_id text not null, name text not null,
    birth_date date, record_number text, email text, phone text, created_at timestamptz not null);
    create unique index on clear_patients (organization_id, record_number); create index on clear_patients (organization_id, name text_pattern_ops);
    create index on clear_patients (organization_id, birth_date); create index on clear_patients (organization_id, email);
    create index on clear_patients (organization_id, phone)`)
  const people = Array.from({ length: count }, next)
  const ids = people.map((_person, at) => makeId('patient', at, crypto.getRandomValues(new Uint8Array(10))))
  const fields = await keys.sealer(organizationId)
  const { create } = createPatients({ database, keys })

  const clearWrites = await perSecond(count, async (at) => {
    const person = people[at]
    if (person === undefined) return
    const { name, birthDate, recordNumber, email, phone } = person
    await clear.query('begin')
    await clear.query('insert into clear_patients values ($1, $2, $3, $4, $5, $6, $7, now())', [
      ids[at], organizationId, name, birthDate, recordNumber, email, phone,
    ])
    const [eventId, now, target] = [newId('auditEvent', new Date()), new Date(), ids[at] ?? null]
    const entry = entryOf(eventId, { type: 'patient.created', organizationId, userId, target }, now)
    await clear.query(
      `insert into audit_events (id, organization_id, at, type, outcome, user_id, target, facts, entry)
        values ($1, $2, $3, 'patient.created', 'success', $4, $5, '{}', $6)`,
      [eventId, organizationId, now, userId, target, entry],
    )
    await clear.query('commit')
  })
  const sealedWrites = await perSecond(count, async (at) => {
    const person = people[at]
    if (person !== undefined) await create(scheduler, person)
  })
  const rounds = Math.ceil(count / listed)
  const clearReads = await perSecond(rounds, async () => {
    await clear.query('select * from clear_patients where organization_id = $1 order by id desc limit $2', [organizationId, listed])
  })
  const rows = await database.inOrganization(organizationId, (tx) => newestPatients(tx.selectFrom('patients'), listed))
  const sealedReads = await perSecond(rounds, async () => {
    const read = await database.inOrganization(organizationId, (tx) => newestPatients(tx.selectFrom('patients'), listed))
    await describePatients(fields, read)
  })
  const opens = await perSecond(rounds, async () => {
    await describePatients(fields, rows)
  })
  const sealer = await fields.patient(rows[0]?.id ?? makeId('patient', 0, new Uint8Array(10)))
  const [row] = rows
  if (sealer === null || row === undefined) throw new Error('nothing was written')
  const seals = await perSecond(count, (at) => void (people[at] && sealFields(sealer, row.id, people[at])))
  const opensOfOne = await perSecond(count, () => void openFields(sealer, row))
  await clear.end()
  const patients = (each: number, of = 1) => wholeNumber(each * of)
  return markdownTable(
    ['patients per second, one after the other', 'sealed', 'in the clear'],
    [
      ['written, each in a transaction (sealed: with key file, tokens and history)', patients(sealedWrites), patients(clearWrites)],
      [`read, in lists of ${listed}`, patients(sealedReads, listed), patients(clearReads, listed)],
      ['five fields sealed and indexed, nothing else', patients(seals), ''],
      ['five fields opened, nothing else', patients(opensOfOne), ''],
      ['five fields opened with the key read from its file', patients(opens, listed), ''],
    ],
  )
}

async function perSecond(count: number, run: (at: number) => Promise<void> | void): Promise<number> {
  const from = performance.now()
  for (let at = 0; at < count; at++) await run(at)
  return count / ((performance.now() - from) / 1000)
}

/** What a rotation of an organization's key does to the keys of its patients, each a file that is replaced for good. */
export async function measureRotation(
  keys: Keys,
  { scheduler }: { scheduler: SignedInActor },
  database: Database,
  next: () => MadeUpPatient,
  count: number,
): Promise<string> {
  const { create } = createPatients({ database, keys })
  for (let at = 0; at < count; at++) await create(scheduler, { name: next().name })
  const from = performance.now()
  const { rewrapped } = await keys.rotate(scheduler.organizationId)
  const seconds = (performance.now() - from) / 1000
  return markdownTable(
    ['rotation of an organization’s key', ''],
    [
      ['patients’ keys wrapped again', wholeNumber(rewrapped)],
      ['rows of patients touched', '0'],
      ['time', `${seconds.toFixed(1)} s`],
      ['for each key, on disk for good', `${((seconds / rewrapped) * 1000).toFixed(2)} ms`],
      ['at that rate a million take (not measured)', `${((seconds / rewrapped) * 1e6 / 60).toFixed(0)} min`],
    ],
  )
}
