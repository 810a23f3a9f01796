import type { AuditEventType } from '@curtain/protocol'

/**
 * What using an operation of the API, or sending a signalling request, puts on record; or why that is nothing. Each type is
 * put there by some use of it and by some it is not: a refusal may be another event than a success. Left out is what any
 * operation may record: `access.denied`, what the rules that all requests go by make of a session or key (`session.ended`,
 * `api-key.refused`), what becomes of a live visit when somebody is gone (`participant.departed`, `visit.emptied`), and of
 * alerts that are on their way (`alert.sent`, `alert.failed`).
 * tests/integration/on-record.test.ts sees whether it is so.
 */
export type OnRecord = readonly [AuditEventType, ...AuditEventType[]] | { readonly nothing: string }
