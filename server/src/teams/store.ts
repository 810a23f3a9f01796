import type { UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'

/** The ids of patients whom a team of somebody's cares for. */
export function patientsOfTeamsOf(tx: Transaction, userId: UserId) {
  return tx
    .selectFrom('care_team_patients')
    .innerJoin('care_team_members', 'care_team_members.team_id', 'care_team_patients.team_id')
    .select('care_team_patients.patient_id')
    .where('care_team_members.user_id', '=', userId)
}
