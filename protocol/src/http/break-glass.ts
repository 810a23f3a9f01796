import { z } from 'zod'
import { breakGlassId, patientId, userId } from '../ids.ts'
import { instant, paragraph, personName } from '../text.ts'
import { birthDate, patientAccess, recordNumber } from './patients.ts'

/** Several lines of free text, never in the audit log. */
export const breakGlassReason = paragraph(500).pipe(z.string().min(10))

/** Whom somebody looks for who is not among their own patients: by what leads to one person and no other. */
export const breakGlassInput = z.object({
  patient: z.union([z.object({ id: patientId }), z.object({ recordNumber }), z.object({ name: personName, birthDate })]),
  reason: breakGlassReason,
})
export type BreakGlassInput = z.input<typeof breakGlassInput>

/** A patient whom somebody sees by broken glass, until it ends. */
export const openGlass = z.object({ id: breakGlassId, patientId, brokenAt: instant, until: instant })
export type OpenGlass = z.infer<typeof openGlass>
export const openGlassList = z.object({ open: z.array(openGlass) })

/** `glass` is null where nothing had to be broken: the patient is within reach by another right. */
export const glassBroken = z.object({ patientId, access: patientAccess, glass: openGlass.nullable() })
export type GlassBroken = z.infer<typeof glassBroken>

export const reviewOutcome = z.enum(['justified', 'not-justified'])
export type ReviewOutcome = z.infer<typeof reviewOutcome>
export const reviewInput = z.object({ outcome: reviewOutcome, comment: paragraph(500) })
export type ReviewInput = z.input<typeof reviewInput>

const staffMember = z.object({ id: userId, name: z.string() })

/** What a security officer reviews. Of the patient there is the id alone: they see no patients. */
export const brokenGlass = z.object({
  id: breakGlassId,
  patientId,
  by: staffMember,
  reason: z.string(),
  brokenAt: instant,
  /** When it ended, or will by itself. */
  until: instant,
  isOpen: z.boolean(),
  /** How often something about the patient was asked for meanwhile. */
  requests: z.number().int(),
  review: z.object({ at: instant, by: staffMember, outcome: reviewOutcome, comment: z.string() }).nullable(),
})
export type BrokenGlass = z.infer<typeof brokenGlass>

/** Those that wait for review first, then the newest. */
export const brokenGlassList = z.object({ list: z.array(brokenGlass) })
export type BrokenGlassList = z.infer<typeof brokenGlassList>
export const reviewsWaiting = z.object({ waiting: z.number().int() })
