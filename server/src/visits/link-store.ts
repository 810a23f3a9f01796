import type { LinkId, ParticipantId, VisitId } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { ParticipantSessionId, ParticipantSessionRow, VisitLinkRow } from './schema.ts'

export async function insertLink(tx: Transaction, row: Insertable<VisitLinkRow>): Promise<void> {
  await tx.insertInto('visit_links').values(row).execute()
}

/** The link, held until the transaction ends: two browsers cannot both be the first. */
export function lockLink(tx: Transaction, linkId: LinkId) {
  return tx.selectFrom('visit_links').selectAll().where('id', '=', linkId).forUpdate().executeTakeFirst()
}

export async function useLink(tx: Transaction, linkId: LinkId, sessionId: ParticipantSessionId): Promise<void> {
  await tx.updateTable('visit_links').set({ used_by: sessionId }).where('id', '=', linkId).execute()
}

/** A newer link took their place. */
export async function revokeUnusedLinks(tx: Transaction, participantId: ParticipantId, now: Date): Promise<void> {
  await tx
    .updateTable('visit_links')
    .set({ revoked_at: now })
    .where('participant_id', '=', participantId)
    .where('used_by', 'is', null)
    .where('revoked_at', 'is', null)
    .execute()
}

/** The visit was moved: its links and sessions live as long after its new time. */
export async function moveExpiry(tx: Transaction, visitId: VisitId, expiresAt: Date): Promise<void> {
  for (const table of ['visit_links', 'participant_sessions'] as const) {
    await tx.updateTable(table).set({ expires_at: expiresAt }).where('visit_id', '=', visitId).execute()
  }
}

export async function insertParticipantSession(
  tx: Transaction,
  row: Insertable<ParticipantSessionRow>,
): Promise<void> {
  await tx.insertInto('participant_sessions').values(row).execute()
}

/** A session that has not expired, nor ended unless `ended` asks for those as well. */
export function findParticipantSession(
  tx: Transaction,
  sessionId: ParticipantSessionId,
  now: Date,
  { ended = false }: { ended?: boolean } = {},
) {
  return tx
    .selectFrom('participant_sessions')
    .selectAll()
    .where('id', '=', sessionId)
    .where('expires_at', '>', now)
    .$if(!ended, (query) => query.where('ended_at', 'is', null))
    .executeTakeFirst()
}

/** Ends what browsers have that came by earlier links of the same person. */
export async function endEarlierSessions(
  tx: Transaction,
  participantId: ParticipantId,
  but: ParticipantSessionId,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('participant_sessions')
    .set({ ended_at: now })
    .where('participant_id', '=', participantId)
    .where('id', '!=', but)
    .where('ended_at', 'is', null)
    .execute()
}

/**
 * Ends every session and link of one participant, or of everybody in a visit.
 * @returns the sessions that ended
 */
export async function endParticipantAccess(
  tx: Transaction,
  whose: { participantId: ParticipantId } | { visitId: VisitId },
  now: Date,
): Promise<ParticipantSessionId[]> {
  const [column, value] =
    'participantId' in whose ? (['participant_id', whose.participantId] as const) : (['visit_id', whose.visitId] as const)
  await tx
    .updateTable('visit_links')
    .set({ revoked_at: now })
    .where(column, '=', value)
    .where('revoked_at', 'is', null)
    .execute()
  const ended = await tx
    .updateTable('participant_sessions')
    .set({ ended_at: now })
    .where(column, '=', value)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute()
  return ended.map(({ id }) => id)
}
