import type { OrganizationId, PatientId } from '@curtain/protocol'
import type { Database } from '../database/database.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import { markNamesIndexed, namesAreIndexed } from '../keys/store.ts'
import { patientName } from './schema.ts'
import { gonePatients, insertNameTokens, unindexedPatients } from './store.ts'

const batch = 500

/**
 * What a start finds undone. Keys of patients who were erased or merged, if a crash came before they were destroyed, are
 * destroyed now; and patients of before there was an index of names are put into it. May be stopped at any point and done again.
 */
export async function settlePatients({ database, keys, now = () => new Date() }: { database: Database; keys: Keys; now?: () => Date }): Promise<void> {
  for (const { organizationId } of await database.lookUps.organizationKeys()) {
    const fields = await keys.sealer(organizationId)
    for (const { id } of await database.inOrganization(organizationId, gonePatients)) {
      if ((await fields.patient(id)) !== null) await keys.destroyPatient(organizationId, id)
    }
    if (!(await database.inOrganization(organizationId, namesAreIndexed))) {
      await indexNames(database, fields, organizationId)
      await database.inOrganization(organizationId, (tx) => markNamesIndexed(tx, organizationId, now()))
    }
  }
}

async function indexNames(database: Database, fields: OrganizationSealer, organizationId: OrganizationId): Promise<void> {
  let last: PatientId | null = null
  do {
    const after: PatientId | null = last
    last = await database.inOrganization(organizationId, async (tx) => {
      const rows = await unindexedPatients(tx, after, batch)
      const sealers = await fields.patients(rows.map(({ id }) => id))
      for (const { id, name } of rows) {
        const sealer = sealers.of(id)
        if (sealer === null) continue
        await insertNameTokens(tx, organizationId, id, fields.index.name(patientName, sealer.open(patientName, id, name)))
      }
      return rows.at(-1)?.id ?? null
    })
  } while (last !== null)
}
