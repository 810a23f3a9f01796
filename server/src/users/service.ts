import type { Clinician } from '@curtain/protocol'
import { demand } from '../audit/denials.ts'
import type { Database } from '../database/database.ts'
import { mayListClinicians } from './policy.ts'
import type { StaffActor } from './schema.ts'
import { clinicians } from './store.ts'

export type Users = ReturnType<typeof createUsers>

/** The staff of an organization. */
export function createUsers({ database }: { database: Database }) {
  return {
    /** With whom visits can be planned, by name. @throws AppError `forbidden` */
    async clinicians(actor: StaffActor): Promise<Clinician[]> {
      await demand(database, actor, mayListClinicians(actor), 'clinician.list')
      return database.inOrganization(actor.organizationId, (tx) => clinicians(tx))
    },
  }
}
