import { z } from 'zod'
import { userId } from '../ids.ts'

/** Somebody a visit can be planned with. */
export const clinician = z.object({ id: userId, name: z.string() })
export type Clinician = z.infer<typeof clinician>

export const clinicianList = z.object({ clinicians: z.array(clinician) })
