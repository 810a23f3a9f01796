import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { organizationId, userId } from '@curtain/protocol'
import pg from 'pg'
import { z } from 'zod'
import { progress } from './report.ts'

const connection = z.object({ host: z.string(), port: z.int(), user: z.string(), database: z.string() })

const loadJob = z.object({
  superuser: connection,
  server: connection,
  /** Of a root key that ends with the bench. */
  rootKey: z.hex(),
  keyFolder: z.string(),
  organizationId,
  /** Who adds them: each `perUser` in turn, and the first all the rest. */
  users: z.array(userId).min(1),
  perUser: z.int(),
  patients: z.int(),
  seed: z.int(),
})
type LoadJob = z.infer<typeof loadJob>
/** What a process that loads is told, and which of how many it is: each makes up everybody, and seals and writes its share. */
export const loadShare = z.object({ job: loadJob, process: z.int(), of: z.int() })

interface LoadTimes {
  processes: number
  /** Names made up, keys made and written, fields sealed and indexed, rows written. */
  rowsSeconds: number
  /** With statistics, and until all of it is on disk for good. */
  indexSeconds: number
}

/**
 * Fills an organization with patients, sealed as the server seals them, on all cores, going around its tables' triggers and
 * building their indexes at the end.
 */
export async function loadPatients(job: LoadJob): Promise<LoadTimes> {
  const client = new pg.Client(job.superuser)
  await client.connect()
  await client.query(`set maintenance_work_mem = '512MB'`)
  const rebuild = await dropIndexes(client, ['patients', 'patient_name_tokens'])
  const from = performance.now()
  const processes = availableParallelism()
  await Promise.all(Array.from({ length: processes }, (_each, at) => runProcess({ job, process: at, of: processes })))
  const loaded = performance.now()
  progress('building the indexes')
  await rebuild()
  await client.query('vacuum analyze patients')
  await client.query('vacuum analyze patient_name_tokens')
  // What is measured next must not wait for the disk to take in what was loaded.
  await client.query('checkpoint')
  execFileSync('sync')
  await client.end()
  return { processes, rowsSeconds: (loaded - from) / 1000, indexSeconds: (performance.now() - loaded) / 1000 }
}

async function runProcess(share: z.infer<typeof loadShare>): Promise<void> {
  const child = fork(fileURLToPath(new URL('patient-load-process.ts', import.meta.url)))
  const ended = once(child, 'exit')
  child.send(share)
  const [code] = await ended
  if (code !== 0) throw new Error(`a process that loads patients ended with ${String(code)}`)
}

/** @returns what makes them again, as they were */
export async function dropIndexes(client: pg.Client, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows: constraints } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = any ($1::regclass[]) and contype in ('p', 'u') and not exists (
        select from pg_constraint f where f.contype = 'f' and f.confrelid = pg_constraint.conrelid and f.conindid = pg_constraint.conindid)`,
    [tables],
  )
  for (const { table, name } of constraints) await client.query(`alter table ${table} drop constraint ${name}`)
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  )
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  return async () => {
    for (const { table, name, definition } of constraints) await client.query(`alter table ${table} add constraint ${name} ${definition}`)
    for (const { definition } of indexes) await client.query(definition)
  }
}
