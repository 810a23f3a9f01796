import type { PatientExport, PatientId } from '@curtain/protocol'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import { eventsAbout } from '../audit/store.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { readOrganization } from '../organizations/store.ts'
import type { StaffActor } from '../users/schema.ts'
import { describeForPatient } from '../visits/of-patient.ts'
import { describePatient } from './fields.ts'
import { readHistory } from './history.ts'
import { mayChangeThrough, mayKeepPatients } from './policy.ts'
import { accessTo } from './reach.ts'
import { refuseIfGone } from './service.ts'
import { findPatient } from './store.ts'

export type PatientExports = ReturnType<typeof createPatientExports>

export function createPatientExports({ database, keys, now = () => new Date() }: { database: Database; keys: Keys; now?: () => Date }) {
  return {
    /**
     * Everything that is on record about a patient, to be handed to them (45 CFR 164.524): fields, history, visits, and every
     * touch of any of it. Why a visit took place is in it where the asker may know.
     * @throws AppError `not-found`, `patient-erased`, `patient-merged`
     */
    async export(actor: StaffActor, patientId: PatientId): Promise<PatientExport> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.export', patientId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const row = await findPatient(tx, patientId)
        if (row === undefined) throw new AppError('not-found')
        const at = now()
        const right = await accessTo(tx, actor, patientId, at)
        demandReach(right !== null && mayChangeThrough(right.access), 'patient.export', patientId)
        refuseIfGone(row)
        const visits = await describeForPatient(tx, fields, actor, patientId, at)
        const facts = { visits: visits.length }
        // Before the events are read: that it was handed out is part of what is handed out.
        await record(tx, { type: 'patient.exported', organizationId, userId, sessionId, target: patientId, facts }, at)
        return {
          format: 'curtain-patient',
          version: 1,
          exportedAt: at.toISOString(),
          organization: { id: organizationId, name: (await readOrganization(tx)).name },
          patient: await describePatient(fields, row),
          history: await readHistory(tx, await fields.patient(patientId), patientId),
          visits,
          events: await eventsAbout(tx, [patientId, ...visits.map(({ id }) => id)]),
        }
      })
    },
  }
}
