import type { Admission, ParticipantId, UserId, VisitId, VisitStatus } from '@curtain/protocol'
import type { Insertable, Updateable } from 'kysely'
import type { Transaction } from '../database/database.ts'
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

/** Visits that are somebody's own: they are their clinician, or have come to them as their host. */
export function ownVisits(tx: Transaction, userId: UserId) {
  return tx.selectFrom('visits').where((where) =>
    where.or([
      where('visits.clinician_id', '=', userId),
      where('visits.id', 'in', tx.selectFrom('participants').select('visit_id').where('user_id', '=', userId)),
    ]),
  )
}

export async function isOwnVisit(tx: Transaction, visitId: VisitId, userId: UserId): Promise<boolean> {
  const found = await ownVisits(tx, userId).select('visits.id').where('visits.id', '=', visitId).executeTakeFirst()
  return found !== undefined
}

/** Whose own a visit is. */
export async function staffOf(tx: Transaction, visitId: VisitId): Promise<UserId[]> {
  const clinician = tx.selectFrom('visits').select('clinician_id as id').where('id', '=', visitId)
  const hosts = tx.selectFrom('participants').select('user_id as id').where('visit_id', '=', visitId)
  const rows = await clinician.unionAll(hosts.where('user_id', 'is not', null).$narrowType<{ id: UserId }>()).execute()
  return rows.map((row) => row.id)
}

/**
 * Those that start in a half-open span, in order.
 * @param owner whose own; null for all
 */
export function visitsBetween(tx: Transaction, from: Date, to: Date, atMost: number, owner: UserId | null) {
  const visits = withNames(tx)
  return (owner === null ? visits : visits.where('visits.id', 'in', ownVisits(tx, owner).select('visits.id')))
    .where('starts_at', '>=', from)
    .where('starts_at', '<', to)
    .orderBy('starts_at')
    .orderBy('visits.id')
    .limit(atMost)
    .execute()
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

/** Where a user is on record in visits of these states. */
export function hostedIn(tx: Transaction, userId: UserId, statuses: readonly VisitStatus[]) {
  return tx
    .selectFrom('participants')
    .innerJoin('visits', 'visits.id', 'participants.visit_id')
    .select(['participants.id', 'participants.visit_id'])
    .where('participants.user_id', '=', userId)
    .where('visits.status', 'in', [...statuses])
    .execute()
}

export async function setAdmission(tx: Transaction, participantId: ParticipantId, admission: Admission): Promise<void> {
  await tx.updateTable('participants').set({ admission }).where('id', '=', participantId).execute()
}
