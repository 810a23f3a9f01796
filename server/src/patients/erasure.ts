import type { PatientId, patientErasure } from '@curtain/protocol'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import { isHeld } from '../audit-retention/store.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { nameWords } from '../keys/name-words.ts'
import type { StaffActor } from '../users/schema.ts'
import type { VisitChanges } from '../visits/changes.ts'
import { isOver } from '../visits/lifecycle.ts'
import { lockVisitsOf } from '../visits/of-patient.ts'
import { openFields } from './fields.ts'
import { addChange } from './history.ts'
import { mayChangeThrough, mayKeepPatients } from './policy.ts'
import { accessTo } from './reach.ts'
import { refuseIfGone, sealerOfPatient } from './service.ts'
import { forget, lockPatients } from './store.ts'

export interface PatientErasuresOptions {
  database: Database
  keys: Pick<Keys, 'sealer' | 'destroyPatient'>
  changes: Pick<VisitChanges, 'publish'>
  now?: () => Date
}

export type PatientErasures = ReturnType<typeof createPatientErasures>

export function createPatientErasures({ database, keys, changes, now = () => new Date() }: PatientErasuresOptions) {
  return {
    /**
     * Makes all that is known of a patient unreadable, in every copy of the database: their key is destroyed. What finds them
     * goes with the change itself; the key goes once that is committed, or at the next start where a crash comes between.
     * That there was somebody, their visits' times, and who did what stay on record.
     * @param typed the patient's name, to show that this is the right record
     * @throws AppError `not-found`, `patient-erased`, `patient-merged`, `name-mismatch`, `patient-in-visit` while one is not over,
     *   `patient-held` while a legal hold is on them or on all of the log
     */
    async erase(actor: StaffActor, patientId: PatientId, { ground, name: typed }: z.output<typeof patientErasure>): Promise<void> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.erase', patientId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      const visits = await inReach(database, actor, async (tx) => {
        const [row] = await lockPatients(tx, [patientId])
        if (row === undefined) throw new AppError('not-found')
        const right = await accessTo(tx, actor, patientId, now())
        demandReach(right !== null && mayChangeThrough(right.access), 'patient.erase', patientId)
        refuseIfGone(row)
        const sealer = await sealerOfPatient(fields, patientId)
        if (!isSameName(typed, openFields(sealer, row).name)) throw new AppError('name-mismatch', { fields: ['name'] })
        const held = await lockVisitsOf(tx, [patientId])
        if (held.some(({ status }) => !isOver(status))) throw new AppError('patient-in-visit')
        if (await isHeld(tx, patientId)) throw new AppError('patient-held')
        const at = now()
        await forget(tx, patientId, { erased_at: at })
        await addChange(tx, sealer, actor, { patientId, kind: 'erased', fields: [], at })
        const facts = { ground }
        await record(tx, { type: 'patient.erased', organizationId, userId, sessionId, target: patientId, facts }, at)
        return held
      })
      await keys.destroyPatient(organizationId, patientId)
      for (const { id } of visits) changes.publish(organizationId, id)
    },
  }
}

/** Typed by a person: case, accents and spaces do not tell two patients apart, a missing word does. */
function isSameName(typed: string, name: string): boolean {
  const [some, others] = [nameWords(typed), nameWords(name)]
  return others.length === 0 ? typed === name : some.join(' ') === others.join(' ')
}
