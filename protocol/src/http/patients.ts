import { z } from 'zod'
import { patientId } from '../ids.ts'
import { instant, personName } from '../text.ts'

export const patient = z.object({ id: patientId, name: z.string(), createdAt: instant })
export type Patient = z.infer<typeof patient>

export const patientList = z.object({ patients: z.array(patient) })
export const patientInput = z.object({ name: personName })
