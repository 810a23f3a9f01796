import type { Admission, ParticipantId, PatientId, UserId, VisitId } from '@curtain/protocol'
import type { Insertable, Updateable } from 'kysely'
import { openTo } from '../break-glass/store.ts'
import type { Transaction } from '../database/database.ts'
import { strongestBond, type Bond } from '../patients/policy.ts'
import { patientsOfTeamsOf } from '../teams/store.ts'
import type { ParticipantRow, VisitRow } from './schema.ts'

export async function insertVisit(tx: Transaction, row: Insertable<VisitRow>): Promise<void> {
  await tx.insertInto('visits').values(row).execute()
}

const withNames = (tx: Transaction) =>
  tx
    .selectFrom('visits')
    .innerJoin('patients', 'patients.id', 'visits.patient_id')
    .innerJoin('users', 'users.id', 'visits.clinician_id')
    .selectAll('visits')
    .select(['patients.name as patient_name', 'users.name as clinician_name'])

/** A visit with its (sealed) patient's and its clinician's name. */
export function findVisit(tx: Transaction, visitId: VisitId) {
  return withNames(tx).where('visits.id', '=', visitId).executeTakeFirst()
}
export type VisitWithNames = NonNullable<Awaited<ReturnType<typeof findVisit>>>

/**
 * Visits that are somebody's own: they are their clinician, or have come to them as their host. A union, of which PostgreSQL
 * answers each part by its index: for one condition with “or” it reads all visits there are.
 */
export function ownVisits(tx: Transaction, userId: UserId) {
  const held = tx.selectFrom('visits').select('id').where('clinician_id', '=', userId)
  const hosted = tx.selectFrom('participants').select('visit_id as id').where('user_id', '=', userId)
  return tx.selectFrom('visits').where('visits.id', 'in', held.union(hosted))
}

/** What ties somebody to each of some visits; those to which nothing does are left out. */
export async function visitBonds(
  tx: Transaction,
  userId: UserId,
  visitIds: readonly VisitId[],
  now: Date,
): Promise<ReadonlyMap<VisitId, Bond>> {
  if (visitIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('visits')
    .select((is) => [
      'visits.id',
      is('visits.id', 'in', ownVisits(tx, userId).select('visits.id')).as('own'),
      is('visits.patient_id', 'in', patientsOfTeamsOf(tx, userId)).as('team'),
      is('visits.patient_id', 'in', openTo(tx, userId, now).select('patient_id')).as('break-glass'),
    ])
    .where('visits.id', 'in', [...visitIds])
    .execute()
  return new Map(
    rows.flatMap((row) => {
      const bond = strongestBond(row)
      return bond === null ? [] : [[row.id, bond] as const]
    }),
  )
}

export async function visitBond(tx: Transaction, userId: UserId, visitId: VisitId, now: Date): Promise<Bond | null> {
  return (await visitBonds(tx, userId, [visitId], now)).get(visitId) ?? null
}

/** Who is told of changes of a visit: its clinician, whoever has come to it as its host, and its patient's teams. */
export async function staffOf(tx: Transaction, visitId: VisitId): Promise<UserId[]> {
  const clinician = tx.selectFrom('visits').select('clinician_id as id').where('id', '=', visitId)
  const hosts = tx.selectFrom('participants').select('user_id as id').where('visit_id', '=', visitId)
  const teams = tx
    .selectFrom('visits')
    .innerJoin('care_team_patients', 'care_team_patients.patient_id', 'visits.patient_id')
    .innerJoin('care_team_members', 'care_team_members.team_id', 'care_team_patients.team_id')
    .select('care_team_members.user_id as id')
    .where('visits.id', '=', visitId)
  const rows = await clinician
    .unionAll(hosts.where('user_id', 'is not', null).$narrowType<{ id: UserId }>())
    .unionAll(teams)
    .execute()
  return rows.map((row) => row.id)
}

/**
 * Those that start in a half-open span, in order.
 * @param clinician whose own, and of whose teams' patients; null for all. Broken glass puts nothing into a list.
 */
export function visitsBetween(tx: Transaction, from: Date, to: Date, atMost: number, clinician: UserId | null) {
  const visits = withNames(tx)
  const among =
    clinician === null
      ? visits
      : visits.where((where) =>
          where.or([
            where('visits.id', 'in', ownVisits(tx, clinician).select('visits.id')),
            where('visits.patient_id', 'in', patientsOfTeamsOf(tx, clinician)),
          ]),
        )
  return among
    .where('starts_at', '>=', from)
    .where('starts_at', '<', to)
    .orderBy('starts_at')
    .orderBy('visits.id')
    .limit(atMost)
    .execute()
}

/** A patient's, the newest first. */
export function visitsOf(tx: Transaction, patientId: PatientId, atMost: number) {
  const visits = withNames(tx).where('visits.patient_id', '=', patientId)
  return visits.orderBy('starts_at', 'desc').orderBy('visits.id', 'desc').limit(atMost).execute()
}

/** The visit, held until the transaction ends: changes of one visit happen one after the other. */
export function lockVisit(tx: Transaction, visitId: VisitId) {
  return tx.selectFrom('visits').selectAll().where('id', '=', visitId).forUpdate().executeTakeFirst()
}

export async function updateVisit(tx: Transaction, visitId: VisitId, change: Updateable<VisitRow>): Promise<void> {
  await tx.updateTable('visits').set(change).where('id', '=', visitId).execute()
}

export async function insertParticipant(tx: Transaction, row: Insertable<ParticipantRow>): Promise<void> {
  await tx.insertInto('participants').values(row).execute()
}

export function participantsOf(tx: Transaction, visitIds: readonly VisitId[]) {
  if (visitIds.length === 0) return Promise.resolve([])
  return tx.selectFrom('participants').selectAll().where('visit_id', 'in', [...visitIds]).orderBy('id').execute()
}

export function findParticipant(tx: Transaction, visitId: VisitId, participantId: ParticipantId) {
  return tx
    .selectFrom('participants')
    .selectAll()
    .where('visit_id', '=', visitId)
    .where('id', '=', participantId)
    .executeTakeFirst()
}

export function findHost(tx: Transaction, visitId: VisitId, userId: UserId) {
  return tx
    .selectFrom('participants')
    .selectAll()
    .where('visit_id', '=', visitId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

export async function setAdmission(tx: Transaction, participantId: ParticipantId, admission: Admission): Promise<void> {
  await tx.updateTable('participants').set({ admission }).where('id', '=', participantId).execute()
}
