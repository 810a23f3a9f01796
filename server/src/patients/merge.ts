import type { PatientDetails, PatientId } from '@curtain/protocol'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { addPatientToTeam, removePatientFromTeam, teamsOf } from '../teams/store.ts'
import type { StaffActor } from '../users/schema.ts'
import type { VisitChanges } from '../visits/changes.ts'
import { lockVisitsOf, moveVisits, renameInVisits } from '../visits/of-patient.ts'
import { fieldNames, openFields, sealFields, type PatientFields } from './fields.ts'
import { addChange, difference, hasHistory, moveHistory } from './history.ts'
import { mayChangeThrough, mayKeepPatients } from './policy.ts'
import { accessTo } from './reach.ts'
import { refuseIfGone, sealerOfPatient } from './service.ts'
import { forget, lockPatients, updateFields } from './store.ts'

export interface PatientMergesOptions {
  database: Database
  keys: Keys
  changes: Pick<VisitChanges, 'publish'>
  now?: () => Date
}

export type PatientMerges = ReturnType<typeof createPatientMerges>

export function createPatientMerges({ database, keys, changes, now = () => new Date() }: PatientMergesOptions) {
  return {
    /**
     * Takes one record for the double of another, for good: its visits, teams and history become those of the one that stays,
     * which also takes over what it did not know yet. The double's key is destroyed.
     * @returns the one that stays
     * @throws AppError `not-found`, `invalid-input` for a record and itself, `patient-erased`, `patient-merged`,
     *   `patient-in-visit` while either is in one
     */
    async merge(actor: StaffActor, doubleId: PatientId, into: PatientId): Promise<PatientDetails> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.merge', doubleId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      const { visits, merged } = await inReach(database, actor, async (tx) => {
        const rows = await lockPatients(tx, [doubleId, into])
        const reach = async (id: PatientId) => {
          const row = rows.find((one) => one.id === id)
          if (row === undefined) throw new AppError('not-found')
          const right = await accessTo(tx, actor, id, now())
          demandReach(right !== null && mayChangeThrough(right.access), 'patient.merge', id)
          return { row, access: right.access }
        }
        const { row: double } = await reach(doubleId)
        const { row: stays, access } = await reach(into)
        if (double.id === stays.id) throw new AppError('invalid-input', { fields: ['into'] })
        refuseIfGone(double)
        refuseIfGone(stays)
        // A name on somebody's screen, and what is said and written meanwhile, must not change hands.
        const held = await lockVisitsOf(tx, [double.id, stays.id])
        if (held.some(({ status }) => status === 'in-progress')) throw new AppError('patient-in-visit')

        const at = now()
        const from = { patientId: double.id, sealer: await sealerOfPatient(fields, double.id) }
        const to = { patientId: stays.id, sealer: await sealerOfPatient(fields, stays.id) }
        const [ofDouble, before] = [openFields(from.sealer, double), openFields(to.sealer, stays)]
        const moved = await moveVisits(tx, from, to)
        await renameInVisits(tx, to.sealer, stays.id, before.name)
        for (const { id: teamId } of await teamsOf(tx, double.id)) {
          await addPatientToTeam(tx, { organizationId, teamId, patientId: stays.id })
          await removePatientFromTeam(tx, teamId, double.id)
        }
        if (!(await hasHistory(tx, double.id))) {
          // From before there was one: what was known then must not be lost with the key.
          const registrar = { organizationId, userId: double.created_by }
          const registered = { kind: 'registered', fields: difference(null, ofDouble), at: double.created_at } as const
          await addChange(tx, from.sealer, registrar, { patientId: double.id, ...registered })
        }
        await moveHistory(tx, from, to)
        // First the double's record number is free, then the other may have it.
        await forget(tx, double.id, { merged_into: stays.id })
        const after = filledIn(before, ofDouble)
        await updateFields(tx, organizationId, stays.id, sealFields(to.sealer, stays.id, after))
        await addChange(tx, to.sealer, actor, { patientId: stays.id, kind: 'merged', fields: difference(before, after), at })
        const facts = { into: stays.id }
        await record(tx, { type: 'patient.merged', organizationId, userId, sessionId, target: double.id, facts }, at)
        const said = { createdAt: stays.created_at.toISOString(), erasedAt: null, mergedInto: null }
        return { visits: moved, merged: { id: stays.id, ...after, ...said, access, accessUntil: null } }
      })
      await keys.destroyPatient(organizationId, doubleId)
      for (const visitId of visits) changes.publish(organizationId, visitId)
      return merged
    },
  }
}

/** What the one record knows, and where it knows nothing, what the other does. */
function filledIn(known: PatientFields, other: PatientFields): PatientFields {
  const filled = fieldNames.map((field) => [field, known[field] ?? other[field]])
  return { ...known, ...Object.fromEntries(filled) }
}
