import { auditFilter, type AuditFilter } from '@curtain/protocol'
import { readKinds, writeKinds } from './kinds.ts'

const { patientId, userId, visitId, target, outcome, since, until } = auditFilter.shape

/** What is looked for, as it stands in the address of the search page. What cannot be read is left out. */
export function readFilter(query: URLSearchParams): AuditFilter {
  const text = (name: string) => query.get(name) ?? undefined
  const types = readKinds(query.get('kind'))
  return present({
    patientId: patientId.safeParse(text('patient')).data,
    userId: userId.safeParse(text('person')).data,
    visitId: visitId.safeParse(text('visit')).data,
    target: target.safeParse(text('target')).data,
    types: types === null ? undefined : [...types],
    outcome: outcome.safeParse(text('outcome')).data,
    since: since.safeParse(text('since')).data,
    until: until.safeParse(text('until')).data,
  })
}

/** The address of a search: ids, kinds of events and times, so that it can be kept and handed on. */
export function logPath(filter: AuditFilter): string {
  const query = new URLSearchParams(
    Object.entries({
      patient: filter.patientId,
      person: filter.userId,
      visit: filter.visitId,
      target: filter.target,
      kind: filter.types && writeKinds(filter.types),
      outcome: filter.outcome,
      since: filter.since,
      until: filter.until,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  return query.size === 0 ? '/log' : `/log?${query}`
}

/** A filter without what it does not ask for. */
export function present(filter: { [Name in keyof AuditFilter]: AuditFilter[Name] | undefined }): AuditFilter {
  return auditFilter.parse(Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)))
}
