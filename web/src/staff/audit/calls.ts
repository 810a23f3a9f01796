import {
  auditEventList,
  auditPatientsFound,
  auditPeople,
  patientLog,
  savedSearch,
  savedSearchList,
  type auditExportInput,
  type auditPatientQuery,
  type AuditSearch,
  type PatientId,
  type PatientLogQuery,
  type savedSearchInput,
  type SavedSearchId,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

export const auditCalls = ({ ask, post, askFile }: Asking) => ({
  searchLog: (search: AuditSearch, signal?: AbortSignal) =>
    ask('/v1/audit/search', auditEventList, { method: 'POST', body: search, ...(signal && { signal }) }),
  peopleOfLog: (signal: AbortSignal) => ask('/v1/audit/people', auditPeople, { signal }),
  findPatientOfLog: (query: z.input<typeof auditPatientQuery>) => post('/v1/audit/patients', auditPatientsFound, query),
  exportLog: (input: z.input<typeof auditExportInput>) => askFile('/v1/audit/export', { method: 'POST', body: input }),
  savedSearches: (signal: AbortSignal) => ask('/v1/audit/saved-searches', savedSearchList, { signal }),
  saveSearch: (input: z.input<typeof savedSearchInput>) => post('/v1/audit/saved-searches', savedSearch, input),
  removeSavedSearch: (id: SavedSearchId) => ask(`/v1/audit/saved-searches/${id}`, z.unknown(), { method: 'DELETE' }),
  patientLog: (id: PatientId, query: PatientLogQuery, signal?: AbortSignal) =>
    ask(`/v1/patients/${id}/access-log`, patientLog, { method: 'POST', body: query, ...(signal && { signal }) }),
})
