import type { PatientAccess, PatientId, UserId } from '@curtain/protocol'
import { sql, type SelectQueryBuilder } from 'kysely'
import { openTo } from '../break-glass/store.ts'
import type { Transaction } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import { patientsOfTeamsOf } from '../teams/store.ts'
import type { StaffActor } from '../users/schema.ts'
import { ownVisits } from '../visits/store.ts'
import { patientAccess, patientReach, strongestBond } from './policy.ts'

/** The ids of patients that are somebody's own: they added them, or have a visit with them. */
function ownPatients(tx: Transaction, userId: UserId) {
  const added = tx.selectFrom('patients').select('id').where('created_by', '=', userId)
  return added.union(ownVisits(tx, userId).select('visits.patient_id as id'))
}

/**
 * By what right somebody sees a patient at this moment, and until when, where that is for a while. Null where they may not,
 * and where there is no such patient. What is changed asks `mayChangeThrough` as well: broken glass is for reading.
 */
export async function accessTo(
  tx: Transaction,
  actor: StaffActor,
  patientId: PatientId,
  now: Date = new Date(),
): Promise<{ access: PatientAccess; until: Date | null } | null> {
  const { userId } = actor
  const found = await tx
    .selectFrom('patients')
    .select((is) => [
      is('patients.id', 'in', ownPatients(tx, userId)).as('own'),
      is('patients.id', 'in', patientsOfTeamsOf(tx, userId)).as('team'),
      openTo(tx, userId, now)
        .where('patient_id', '=', patientId)
        .select(({ fn }) => fn.max('expires_at').as('until'))
        .as('open_until'),
    ])
    .where('patients.id', '=', patientId)
    .executeTakeFirst()
  if (found === undefined) return null
  const until = found.open_until
  const access = patientAccess(actor, strongestBond({ own: found.own, team: found.team, 'break-glass': until !== null }))
  return access && { access, until: access === 'break-glass' ? until : null }
}

/**
 * The ids of the patients whom somebody finds in lists and by searching: everybody's, or for clinicians of their own and those
 * of their teams. Broken glass opens one patient, by their id, and puts nobody into a list.
 */
export function idsInReach(tx: Transaction, actor: StaffActor): PatientIds | 'all' {
  const reach = patientReach(actor)
  if (reach === 'all') return 'all'
  if (reach === 'none') return tx.selectFrom('patients').select('id').where(sql.lit(false))
  const team = patientsOfTeamsOf(tx, actor.userId).clearSelect().select('care_team_patients.patient_id as id')
  return ownPatients(tx, actor.userId).union(team)
}
export type PatientIds = SelectQueryBuilder<Tables, 'patients', { id: PatientId }> | SelectQueryBuilder<Tables, 'care_team_patients', { id: PatientId }>

/** Those patients. */
export function patientsInReach(tx: Transaction, actor: StaffActor) {
  const ids = idsInReach(tx, actor)
  return ids === 'all' ? tx.selectFrom('patients') : tx.selectFrom('patients').where('patients.id', 'in', ids)
}
