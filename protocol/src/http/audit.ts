import { z } from 'zod'
import { type AuditEventType, auditEvents } from '../audit-events.ts'
import { anyId, auditEventId, organizationId, patientId, savedSearchId, userId, visitId } from '../ids.ts'
import { instant, line, personName } from '../text.ts'
import { birthDate, recordNumber } from './patients.ts'

/*
 * POST   /v1/audit/search                               auditSearch → auditEventList
 * GET    /v1/audit/news                                 a stream (text/event-stream) of `news` events, each an auditNews
 * GET    /v1/audit/people                               → auditPeople
 * POST   /v1/audit/patients                             auditPatientQuery → auditPatientsFound
 * POST   /v1/audit/export                               auditExportInput → a file, streamed; takes a confirmation
 * GET    /v1/audit/saved-searches                       → savedSearchList
 * POST   /v1/audit/saved-searches                       savedSearchInput → savedSearch (201)
 * DELETE /v1/audit/saved-searches/{savedSearchId}       → 204
 * POST   /v1/patients/{patientId}/access-log            patientLogQuery → patientLog
 */

export const auditEventType = z.custom<AuditEventType>(
  (value) => typeof value === 'string' && Object.hasOwn(auditEvents, value),
  'is no type of audit event',
)

/** One event of the log, as those who may read the log see it. */
export const auditEvent = z.object({
  id: auditEventId,
  /** Its place in the log; null for the moment before it has one. */
  index: z.int().nonnegative().nullable(),
  at: instant,
  type: auditEventType,
  outcome: z.enum(['success', 'denied']),
  userId: userId.nullable(),
  participantId: z.string().nullable(),
  sessionId: z.string().nullable(),
  /** The id of what it was done to. */
  target: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
  /** The address it came from; null where none is known, or where it is not for whoever asks. */
  from: z.string().nullable(),
  /** What somebody wrote as their reason; the same. */
  reason: z.string().nullable(),
  /** Values of this event that were sealed and can be opened by nobody any more, or not by whoever asks. */
  closed: z.array(z.enum(['from', 'reason'])),
  /** The text whose hash stands in the log, as it is; null where it is not for whoever asks. */
  entry: z.string().nullable(),
})
export type AuditEventView = z.infer<typeof auditEvent>

/** What events are looked for by; each narrows it down. */
export const auditFilter = z.object({
  /** Everything that concerns a patient: their record, their visits, and the lists they stood in. */
  patientId: patientId.optional(),
  /** What this person did. */
  userId: userId.optional(),
  /** Everything that happened in a visit. */
  visitId: visitId.optional(),
  /** Done to whatever has this id. */
  target: anyId.optional(),
  types: z.array(auditEventType).min(1).max(50).optional(),
  outcome: z.enum(['success', 'denied']).optional(),
  since: instant.optional(),
  /** Up to this moment, without it. */
  until: instant.optional(),
})
export type AuditFilter = z.infer<typeof auditFilter>

export const auditSearch = auditFilter.extend({
  /** The id of the last event that was seen: older ones follow. */
  before: auditEventId.optional(),
  /**
   * The id of the event with the highest index that was seen: what got its place after it follows, the newest first as always.
   * Some of it may have been seen before it had a place. `more` says that there is too much of it: search anew. Whoever holds a stream of the
   * log open looks so without being put on record anew: `audit.followed` says it, and each look would be news again.
   */
  after: auditEventId.optional(),
  limit: z.int().min(1).max(200).default(50),
})
export type AuditSearch = z.input<typeof auditSearch>

/** The newest first. */
export const auditEventList = z.object({
  events: z.array(auditEvent),
  more: z.boolean(),
  /** Names of the staff that the events name, as they are now. */
  names: z.record(z.string(), z.string()),
  /** Of each participant that the events name, what they are: `patient`, `guest`, `host`. */
  roles: z.record(z.string(), z.string()),
})
export type AuditEventList = z.infer<typeof auditEventList>

/** Everybody on the staff, suspended or not, by name: who may be asked about. */
export const auditPeople = z.object({ people: z.array(z.object({ id: userId, name: z.string() })) })
export type AuditPeople = z.infer<typeof auditPeople>

/** Finds a patient for whoever sees no patients: the whole record number, or the whole name with the birth date. */
export const auditPatientQuery = z.union([z.object({ recordNumber }), z.object({ name: personName, birthDate })])
export const auditPatientsFound = z.object({
  patients: z.array(z.object({ patientId, createdAt: instant, erasedAt: instant.nullable() })),
})

export const auditExportFormat = z.enum(['log', 'ndjson', 'csv', 'fhir'])
/** `log` is the whole log as `curtain audit verify` reads it, and takes no filter. */
export const auditExportInput = z.object({ format: auditExportFormat, filter: auditFilter.default({}) })

export const savedSearch = z.object({
  id: savedSearchId,
  name: z.string(),
  filter: auditFilter,
  createdAt: instant,
  createdBy: userId,
})
export const savedSearchInput = z.object({ name: line(80), filter: auditFilter })
export const savedSearchList = z.object({ searches: z.array(savedSearch) })
export type SavedSearch = z.infer<typeof savedSearch>

/** A patient's own access log, for them to have: who had to do with their record, and when. The newest first. */
export const patientLogQuery = auditSearch.pick({ since: true, until: true, before: true, limit: true })
export type PatientLogQuery = z.input<typeof patientLogQuery>
/** `reason`, `from` and `entry` are null in it, and the facts that name other patients are left out. */
export const patientLog = auditEventList.describe('A patient’s access log')

/** What a stream of the log tells, as the data of its events `news`: that there is more to read. */
export const auditNews = z.object({ organizationId, size: z.int().nonnegative() })
