import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../../server/src/database/database.ts'
import type { DatabaseRoles } from '../../server/src/database/start-database.ts'
import { createKeys, type Keys } from '../../server/src/keys/keys.ts'
import { createOrganizationKeys } from '../../server/src/keys/organization-keys.ts'
import { createPatientKeyFiles } from '../../server/src/keys/patient-key-files.ts'
import { createLocalRootKey } from '../../server/src/keys/root-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface TestDatabase extends AsyncDisposable {
  /** As the server sees it. */
  database: Database
  /** Keys below a root key of its own. */
  keys: Keys
  /** For whatever starts a server of its own on it. */
  roles: DatabaseRoles
  /** As the superuser, around all rules: to look at what is really there. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
}

/** A database of one's own with all tables, in the run's real PostgreSQL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const superuser = inject('postgres')
  const name = `curtain_${randomBytes(8).toString('hex')}`
  await asSuperuser('postgres', `create database ${name} template curtain_template strategy file_copy owner curtain_owner`)
  const roles = {
    owner: { ...superuser, user: 'curtain_owner', database: name },
    server: { ...superuser, user: 'curtain_app', database: name },
  }
  const database = openDatabase(roles.server, { poolSize: 4 })
  const folder = temporaryFolder()
  const keys = createKeys({
    database,
    organizations: createOrganizationKeys({ database, root: createLocalRootKey(randomBytes(32)) }),
    patientKeys: createPatientKeyFiles(folder.path),
  })

  async function asSuperuser(where: string, text: string, values: unknown[] = []) {
    const client = new pg.Client({ ...superuser, database: where })
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, unknown>>(text, values)
      return rows
    } finally {
      await client.end()
    }
  }

  return {
    database,
    keys,
    roles,
    query: (text, values) => asSuperuser(name, text, values),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]()
      await database.close()
      await asSuperuser('postgres', `drop database ${name} with (force)`)
    },
  }
}
