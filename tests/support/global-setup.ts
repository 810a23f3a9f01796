import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import type { DatabaseConnection } from '../../server/src/database/database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/src/database/embedded-postgres.ts'
import { migrate } from '../../server/src/database/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL, as the one who may clone databases. */
    postgres: DatabaseConnection
  }
}

/** Held in memory: nothing of a test needs to outlive it. */
const memory = '/dev/shm'

let postgres: EmbeddedPostgres | undefined
let folder: string | undefined

/** One PostgreSQL for the whole run, with a database that has all tables: each test file clones it in some milliseconds. */
export async function setup(project: TestProject): Promise<void> {
  folder = mkdtempSync(join(memory, 'curtain-test-'))
  postgres = await startEmbeddedPostgres(folder, {
    // Connections for whole pools of all servers that run at once.
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=32MB', 'max_connections=300'],
  })
  const superuser = postgres.superuser()
  const client = new pg.Client({ ...superuser, database: 'postgres' })
  await client.connect()
  await client.query('create database curtain_template owner curtain_owner')
  await client.end()
  await migrate(postgres.owner('curtain_template'))
  project.provide('postgres', superuser)
}

export async function teardown(): Promise<void> {
  await postgres?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}
