import type { ParticipantId, Visit, VisitParticipant, VisitSummary } from '@curtain/protocol'
import type { FieldSealer } from '../keys/fields.ts'
import type { ParticipantRow } from './schema.ts'
import type { VisitWithNames } from './store.ts'

type StoredParticipant = Pick<ParticipantRow, 'id' | 'role' | 'admission' | 'display_name'>

/** A participant's name, opened. */
export function displayNameOf(fields: FieldSealer, row: Pick<ParticipantRow, 'id' | 'display_name'>): string {
  return fields.open({ table: 'participants', column: 'display_name', rowId: row.id }, row.display_name)
}

function describeParticipant(
  fields: FieldSealer,
  row: StoredParticipant,
  present: ReadonlySet<ParticipantId>,
): VisitParticipant {
  return {
    id: row.id,
    role: row.role,
    displayName: displayNameOf(fields, row),
    admission: row.admission,
    present: present.has(row.id),
  }
}

/** A visit as staff see it, with the reason for whoever may know it. */
export function describeVisit(
  fields: FieldSealer,
  row: VisitWithNames,
  participants: readonly StoredParticipant[],
  present: ReadonlySet<ParticipantId>,
  knowsReason: boolean,
): Visit {
  return {
    id: row.id,
    kind: row.kind,
    encryption: row.encryption,
    status: row.status,
    startsAt: row.starts_at.toISOString(),
    durationMinutes: row.duration_minutes,
    reason: knowsReason ? fields.open({ table: 'visits', column: 'reason', rowId: row.id }, row.reason) : null,
    patient: {
      id: row.patient_id,
      name: fields.open({ table: 'patients', column: 'name', rowId: row.patient_id }, row.patient_name),
    },
    clinician: { id: row.clinician_id, name: row.clinician_name },
    participants: participants.map((participant) => describeParticipant(fields, participant, present)),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  }
}

/** A visit as those who come by link see it. */
export function summarizeVisit(row: VisitWithNames, organizationName: string): VisitSummary {
  return {
    id: row.id,
    kind: row.kind,
    encryption: row.encryption,
    status: row.status,
    startsAt: row.starts_at.toISOString(),
    organizationName,
    clinicianName: row.clinician_name,
  }
}
