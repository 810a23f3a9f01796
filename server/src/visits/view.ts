import type { ParticipantId, PatientId, Visit, VisitParticipant, VisitSummary } from '@curtain/protocol'
import type { Sealer } from '../keys/fields.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { PatientSealers } from '../keys/patient-keys.ts'
import { patientName } from '../patients/schema.ts'
import { checkStanding } from './link-check.ts'
import type { NewestLinks } from './link-store.ts'
import { participantDisplayName, visitReason, type ParticipantRow } from './schema.ts'
import type { VisitWithNames } from './store.ts'

type StoredParticipant = Pick<ParticipantRow, 'id' | 'role' | 'admission' | 'patient_id' | 'display_name'>

type Named = Pick<ParticipantRow, 'id' | 'patient_id' | 'display_name'>

/** What opens rows of visits: what is the organization's own, and what is of patients. */
interface VisitSealers {
  own: Sealer
  patients: PatientSealers
}

/** What opens these visits and those who take part in them. */
export async function sealersOfVisits(
  fields: OrganizationSealer,
  rows: Iterable<{ patient_id: PatientId | null }>,
): Promise<VisitSealers> {
  const patientIds = Array.from(rows, (row) => row.patient_id).filter((id) => id !== null)
  return { own: fields, patients: await fields.patients(patientIds) }
}

/** A participant's name, opened; of an erased patient there is none any more. */
export async function displayNameOf(fields: OrganizationSealer, row: Named): Promise<string> {
  return openDisplayName(await sealersOfVisits(fields, [row]), row)
}

/** The same of one of a list. */
export function openDisplayName({ own, patients }: VisitSealers, row: Named): string {
  const sealer = row.patient_id === null ? own : patients.of(row.patient_id)
  return sealer?.open(participantDisplayName, row.id, row.display_name) ?? ''
}

/** The people of a visit, and how they stand. */
interface People {
  participants: readonly StoredParticipant[]
  links: NewestLinks
  present: ReadonlySet<ParticipantId>
}

function describeParticipant(
  sealers: VisitSealers,
  row: StoredParticipant,
  { links, present }: Omit<People, 'participants'>,
): VisitParticipant {
  const link = links.get(row.id)
  return {
    id: row.id,
    role: row.role,
    displayName: openDisplayName(sealers, row),
    admission: row.admission,
    present: present.has(row.id),
    check: link === undefined ? null : checkStanding(link),
  }
}

/** A visit as staff see it, with the reason for whoever may know it; of an erased patient, without what was theirs. */
export function describeVisit(
  sealers: VisitSealers,
  row: VisitWithNames,
  people: People,
  knowsReason: boolean,
): Visit {
  const patient = sealers.patients.of(row.patient_id)
  return {
    id: row.id,
    kind: row.kind,
    encryption: row.encryption,
    status: row.status,
    startsAt: row.starts_at.toISOString(),
    durationMinutes: row.duration_minutes,
    reason: knowsReason ? (patient?.open(visitReason, row.id, row.reason) ?? '') : null,
    patient: {
      id: row.patient_id,
      name: patient?.open(patientName, row.patient_id, row.patient_name) ?? '',
    },
    clinician: { id: row.clinician_id, name: row.clinician_name },
    participants: people.participants.map((participant) => describeParticipant(sealers, participant, people)),
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
