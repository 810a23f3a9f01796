import type { LinkCheck, LinkId, ParticipantId, VisitId } from '@curtain/protocol'
import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { ParticipantSessionId, ParticipantSessionRow, VisitLinkRow } from './schema.ts'

export async function insertLink(tx: Transaction, row: Insertable<VisitLinkRow>): Promise<void> {
  await tx.insertInto('visit_links').values(row).execute()
}

/** The link, held until the transaction ends: two browsers cannot both be the first. */
export function lockLink(tx: Transaction, linkId: LinkId) {
  return tx.selectFrom('visit_links').selectAll().where('id', '=', linkId).forUpdate().executeTakeFirst()
}

/** The link was exchanged; a code that was mailed for it is of no use any more. */
export async function useLink(tx: Transaction, linkId: LinkId, sessionId: ParticipantSessionId): Promise<void> {
  await tx.updateTable('visit_links').set({ used_by: sessionId, code: null }).where('id', '=', linkId).execute()
}

export async function countWrongAnswer(tx: Transaction, linkId: LinkId, count: number): Promise<void> {
  await tx.updateTable('visit_links').set({ wrong_answers: count }).where('id', '=', linkId).execute()
}

/** Puts a code in place of the one before, which then holds no more. */
export async function keepCode(
  tx: Transaction,
  linkId: LinkId,
  code: Required<Pick<Updateable<VisitLinkRow>, 'code' | 'code_sent_at' | 'codes_sent'>>,
): Promise<void> {
  await tx.updateTable('visit_links').set(code).where('id', '=', linkId).execute()
}

/** The newest link of each participant. */
export type NewestLinks = ReadonlyMap<
  ParticipantId,
  Pick<Selectable<VisitLinkRow>, 'participant_id' | 'check_kind' | 'wrong_answers' | 'used_by'>
>

export async function newestLinks(tx: Transaction, visitIds: readonly VisitId[]): Promise<NewestLinks> {
  if (visitIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('visit_links')
    .distinctOn('participant_id')
    .select(['participant_id', 'check_kind', 'wrong_answers', 'used_by'])
    .where('visit_id', 'in', [...visitIds])
    .orderBy('participant_id')
    .orderBy('id', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.participant_id, row]))
}

/** What the link asked for that a session was opened by. */
export async function checkOfSession(tx: Transaction, sessionId: ParticipantSessionId): Promise<LinkCheck> {
  // Whoever came by a room token was asked by whoever gave it to them.
  const { check_kind } = await tx
    .selectFrom('participant_sessions')
    .leftJoin('visit_links', 'visit_links.id', 'participant_sessions.link_id')
    .select('visit_links.check_kind')
    .where('participant_sessions.id', '=', sessionId)
    .executeTakeFirstOrThrow()
  return check_kind ?? 'none'
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

/**
 * Ends what browsers have that came by earlier links of the same person.
 * @returns the sessions that ended
 */
export async function endEarlierSessions(
  tx: Transaction,
  participantId: ParticipantId,
  but: ParticipantSessionId,
  now: Date,
): Promise<ParticipantSessionId[]> {
  const ended = await tx
    .updateTable('participant_sessions')
    .set({ ended_at: now })
    .where('participant_id', '=', participantId)
    .where('id', '!=', but)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute()
  return ended.map(({ id }) => id)
}

/** Ends one session. */
export async function endParticipantSession(tx: Transaction, sessionId: ParticipantSessionId, now: Date): Promise<void> {
  await tx
    .updateTable('participant_sessions')
    .set({ ended_at: now })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .execute()
}

/**
 * Ends every session, link and room token of one participant, or of everybody in a visit.
 * @returns the sessions that ended
 */
export async function endParticipantAccess(
  tx: Transaction,
  whose: { participantId: ParticipantId } | { visitId: VisitId },
  now: Date,
): Promise<ParticipantSessionId[]> {
  const [column, value] =
    'participantId' in whose ? (['participant_id', whose.participantId] as const) : (['visit_id', whose.visitId] as const)
  for (const table of ['visit_links', 'room_tokens'] as const) {
    await tx.updateTable(table).set({ revoked_at: now }).where(column, '=', value).where('revoked_at', 'is', null).execute()
  }
  const ended = await tx
    .updateTable('participant_sessions')
    .set({ ended_at: now })
    .where(column, '=', value)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute()
  return ended.map(({ id }) => id)
}
