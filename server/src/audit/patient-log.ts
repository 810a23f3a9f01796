import type { AuditEventList, auditPatientQuery, auditPatientsFound, PatientId, patientLogQuery } from '@curtain/protocol'
import type { z } from 'zod'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import { createRateLimiter } from '../http/rate-limit.ts'
import type { Keys } from '../keys/keys.ts'
import { accessTo } from '../patients/reach.ts'
import { findExactly } from '../patients/search.ts'
import { findPatient } from '../patients/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import { demand, demandReach, inReach } from './denials.ts'
import { accessLogTypes, mayReadAccessLogs, mayReadEveryAccessLog, mayReadLog } from './policy.ts'
import { record } from './record.ts'
import { askedBy } from './search.ts'
import { findEvents } from './search-store.ts'
import { describeForPatientLog, peopleIn } from './views.ts'

/** Whoever is asked about is known by name; more tries than these look for somebody to find. */
const triesAnHour = 60

export type PatientLogs = ReturnType<typeof createPatientLogs>

/** The log as it concerns one patient. */
export function createPatientLogs({ database, keys, now = () => new Date() }: { database: Database; keys: Keys; now?: () => Date }) {
  const mayTry = createRateLimiter({ burst: triesAnHour, perMinute: triesAnHour / 60 }, () => now().getTime())

  return {
    /**
     * A patient's own access log, the newest first: what was done with their record, and by whom.
     * @throws AppError `forbidden`, `not-found`
     */
    async read(actor: SignedInActor, patientId: PatientId, query: z.output<typeof patientLogQuery>): Promise<AuditEventList> {
      await demand(database, actor, mayReadAccessLogs(actor), 'patient.log-read', patientId)
      const { organizationId, userId, sessionId } = actor
      const { before = null, limit, ...times } = query
      return inReach(database, actor, async (tx) => {
        const at = now()
        if ((await findPatient(tx, patientId)) === undefined) throw new AppError('not-found')
        const isTheirs = mayReadEveryAccessLog(actor) || (await accessTo(tx, actor, patientId, at)) !== null
        demandReach(isTheirs, 'patient.log-read', patientId)
        const found = await findEvents(tx, organizationId, { ...times, patientId, types: [...accessLogTypes] }, { before, most: limit + 1 })
        const shown = found.slice(0, limit)
        const facts = { count: shown.length }
        await record(tx, { type: 'patient.log-read', organizationId, userId, sessionId, target: patientId, facts }, at)
        return { events: shown.map(describeForPatientLog), more: found.length > limit, ...(await peopleIn(tx, shown)) }
      })
    },

    /**
     * Ids of patients for whoever asks the log about one without seeing any: by the whole record number, or the whole name and
     * the birth date.
     * @throws AppError `forbidden`, `rate-limited`
     */
    async find(actor: SignedInActor, query: z.output<typeof auditPatientQuery>): Promise<z.infer<typeof auditPatientsFound>> {
      await demand(database, actor, mayReadLog(actor), 'audit.find-patient')
      const { organizationId, userId, sessionId } = actor
      if (!mayTry(userId)) throw new AppError('rate-limited')
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const ids = await findExactly(tx, fields, query)
        const rows = ids.length === 0 ? [] : await tx.selectFrom('patients').select(['id', 'created_at', 'erased_at']).where('id', 'in', ids).execute()
        const facts = { by: askedBy(query), count: rows.length }
        await record(tx, { type: 'audit.patient-found', organizationId, userId, sessionId, facts }, now())
        return {
          patients: rows.map(({ id, created_at, erased_at }) => ({
            patientId: id,
            createdAt: created_at.toISOString(),
            erasedAt: erased_at?.toISOString() ?? null,
          })),
        }
      })
    },
  }
}
