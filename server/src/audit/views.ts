import { type AuditEventView, participantId as participantIdSchema, userId as userIdSchema } from '@curtain/protocol'
import type { ZodType } from 'zod'
import type { Transaction } from '../database/database.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { LogSight } from './policy.ts'
import { openSealedValues, type OpenedValues } from './sealed-values.ts'
import type { FoundEvent } from './search-store.ts'

type DescribedEvent = AuditEventView & { entry: string }

/** Events for somebody who reads the log: what was sealed is opened, as far as it is for them. */
export async function describeEvents(fields: OrganizationSealer, sight: LogSight, events: readonly FoundEvent[]): Promise<DescribedEvent[]> {
  const opened = await openSealedValues(fields, events)
  return opened.map((event) => describeEvent(sight, event))
}

function describeEvent(sight: LogSight, event: FoundEvent & OpenedValues): DescribedEvent {
  // Of whoever is no staff it is a patient's, or may be.
  const seesAddress = sight.addresses === 'all' || (sight.addresses === 'staff' && event.userId !== null)
  const sees = { from: seesAddress, reason: sight.reasons }
  const closed = (['from', 'reason'] as const).filter((name) => event.closed.includes(name) || (event[name] !== null && !sees[name]))
  const { id, index, type, outcome, userId, participantId, sessionId, target, facts, entry } = event
  return {
    id, index, at: event.at.toISOString(), type, outcome, userId, participantId, sessionId, target, facts, entry, closed,
    from: sees.from ? event.from : null,
    reason: sees.reason ? event.reason : null,
  }
}

/** An event for a patient's own access log: nothing of anybody else's, and nothing that is sealed. */
export function describeForPatientLog({ id, index, at, type, outcome, userId, participantId, sessionId, target, facts }: FoundEvent): AuditEventView {
  const { patientIds: _, ...own } = facts
  return {
    id, index, at: at.toISOString(), type, outcome, userId, participantId, sessionId, target, facts: own,
    from: null, reason: null, closed: [], entry: null,
  }
}

/** What people's ids stand for: names of staff, and what the participants of visits are. */
export interface Known {
  names: Record<string, string>
  roles: Record<string, string>
}

/** Looks up everybody whom events name, as who did it, to whom, or in a fact. */
export async function peopleIn(tx: Transaction, events: readonly Pick<FoundEvent, 'userId' | 'participantId' | 'target' | 'facts'>[]): Promise<Known> {
  const named = new Set(events.flatMap(({ userId, participantId, target, facts }) => [userId, participantId, target, ...Object.values(facts).flat()]))
  const ids = <Schema extends ZodType>(prefix: string, schema: Schema) =>
    [...named].flatMap((id) => (typeof id === 'string' && id.startsWith(prefix) ? (schema.safeParse(id).data ?? []) : []))
  const userIds = ids('usr_', userIdSchema)
  const participantIds = ids('par_', participantIdSchema)
  const users = userIds.length === 0 ? [] : await tx.selectFrom('users').select(['id', 'name']).where('id', 'in', userIds).execute()
  const participants =
    participantIds.length === 0
      ? []
      : await tx
          .selectFrom('participants')
          .leftJoin('users', 'users.id', 'participants.user_id')
          .select(['participants.id', 'role', 'users.name'])
          .where('participants.id', 'in', participantIds)
          .execute()
  const hosts = participants.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const]))
  return {
    names: Object.fromEntries([...users.map(({ id, name }) => [id, name] as const), ...hosts]),
    roles: Object.fromEntries(participants.map(({ id, role }) => [id, role])),
  }
}
