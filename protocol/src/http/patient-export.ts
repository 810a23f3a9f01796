import { z } from 'zod'
import { auditEventId, organizationId, userId, visitId } from '../ids.ts'
import { instant } from '../text.ts'
import { patient, patientChange } from './patients.ts'
import { admission, encryptionMode, participantRole, visitKind, visitStatus } from './visits.ts'

const exportedVisit = z.object({
  id: visitId,
  kind: visitKind,
  encryption: encryptionMode,
  status: visitStatus,
  startsAt: instant,
  durationMinutes: z.number().int(),
  /** Null where whoever made this document may not know it: the visit's clinician may. */
  reason: z.string().nullable(),
  clinician: z.object({ id: userId, name: z.string() }),
  /** Guests are told of, and not named: their names are not the patient's. */
  participants: z.array(z.object({ role: participantRole, displayName: z.string().nullable(), admission })),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
})

/** Everything about a patient, to be handed to them (45 CFR 164.524): a JSON document, its `format` and `version` first. */
export const patientExport = z.object({
  format: z.literal('curtain-patient'),
  version: z.literal(1),
  exportedAt: instant,
  organization: z.object({ id: organizationId, name: z.string() }),
  patient,
  /** Who changed what, the newest first. */
  history: z.array(patientChange),
  /** The newest first. */
  visits: z.array(exportedVisit),
  /** Every touch of any of it that is in the audit log, the oldest first; also those that were refused. */
  events: z.array(
    z.object({
      id: auditEventId,
      at: instant,
      type: z.string(),
      outcome: z.enum(['success', 'denied']),
      userId: userId.nullable(),
      /** The patient's or a visit's id. */
      about: z.string().nullable(),
    }),
  ),
})
export type PatientExport = z.infer<typeof patientExport>
