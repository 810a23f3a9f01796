import type { OrganizationId, PatientId, TeamId, UserId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'

export async function insertTeam(
  tx: Transaction,
  team: { id: TeamId; organizationId: OrganizationId; name: string; now: Date },
): Promise<void> {
  await tx
    .insertInto('care_teams')
    .values({ id: team.id, organization_id: team.organizationId, name: team.name, created_at: team.now })
    .execute()
}

/** By name. */
export function allTeams(tx: Transaction) {
  return tx.selectFrom('care_teams').select(['id', 'name']).orderBy(sql`lower(name)`).orderBy('id').execute()
}

export function findTeam(tx: Transaction, teamId: TeamId) {
  return tx.selectFrom('care_teams').select(['id', 'name']).where('id', '=', teamId).executeTakeFirst()
}

export async function renameTeam(tx: Transaction, teamId: TeamId, name: string): Promise<void> {
  await tx.updateTable('care_teams').set({ name }).where('id', '=', teamId).execute()
}

/** Who is in which team, by their names. */
export function teamMembers(tx: Transaction) {
  return tx
    .selectFrom('care_team_members')
    .innerJoin('users', 'users.id', 'care_team_members.user_id')
    .select(['care_team_members.team_id', 'users.id', 'users.name', 'users.roles'])
    .orderBy('users.name')
    .orderBy('users.id')
}

export async function isMember(tx: Transaction, teamId: TeamId, userId: UserId): Promise<boolean> {
  const among = tx.selectFrom('care_team_members').select('user_id').where('team_id', '=', teamId)
  return (await among.where('user_id', '=', userId).executeTakeFirst()) !== undefined
}

/** @returns whether they were not in it before */
export async function addMember(
  tx: Transaction,
  of: { organizationId: OrganizationId; teamId: TeamId; userId: UserId },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows: added } = await tx
    .insertInto('care_team_members')
    .values({ organization_id: of.organizationId, team_id: of.teamId, user_id: of.userId })
    .onConflict((one) => one.doNothing())
    .executeTakeFirst()
  return added === 1n
}

/** @returns whether they were in it */
export async function removeMember(tx: Transaction, teamId: TeamId, userId: UserId): Promise<boolean> {
  const membership = tx.deleteFrom('care_team_members').where('team_id', '=', teamId).where('user_id', '=', userId)
  return (await membership.executeTakeFirst()).numDeletedRows === 1n
}

/** By name. */
export function teamsOf(tx: Transaction, patientId: PatientId) {
  return tx
    .selectFrom('care_teams')
    .innerJoin('care_team_patients', 'care_team_patients.team_id', 'care_teams.id')
    .select(['care_teams.id', 'care_teams.name'])
    .where('care_team_patients.patient_id', '=', patientId)
    .orderBy(sql`lower(name)`)
    .orderBy('care_teams.id')
    .execute()
}

/** @returns whether the team did not care for them before */
export async function addPatientToTeam(
  tx: Transaction,
  of: { organizationId: OrganizationId; teamId: TeamId; patientId: PatientId },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows: added } = await tx
    .insertInto('care_team_patients')
    .values({ organization_id: of.organizationId, team_id: of.teamId, patient_id: of.patientId })
    .onConflict((one) => one.doNothing())
    .executeTakeFirst()
  return added === 1n
}

/** @returns whether the team cared for them */
export async function removePatientFromTeam(tx: Transaction, teamId: TeamId, patientId: PatientId): Promise<boolean> {
  const care = tx.deleteFrom('care_team_patients').where('team_id', '=', teamId).where('patient_id', '=', patientId)
  return (await care.executeTakeFirst()).numDeletedRows === 1n
}

/** The ids of patients whom a team cares for. */
export function patientsOfTeam(tx: Transaction, teamId: TeamId) {
  return tx.selectFrom('care_team_patients').select('patient_id').where('team_id', '=', teamId)
}

/** The ids of patients whom a team of somebody's cares for. */
export function patientsOfTeamsOf(tx: Transaction, userId: UserId) {
  return tx
    .selectFrom('care_team_patients')
    .innerJoin('care_team_members', 'care_team_members.team_id', 'care_team_patients.team_id')
    .select('care_team_patients.patient_id')
    .where('care_team_members.user_id', '=', userId)
}
