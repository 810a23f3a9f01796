import type {
  Admission,
  EncryptionMode,
  Id,
  LinkId,
  OrganizationId,
  ParticipantId,
  ParticipantRole,
  PatientId,
  UserId,
  VisitId,
  VisitKind,
  VisitStatus,
} from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

type LaterDate = ColumnType<Date | null, Date | null | undefined, Date | null>

export type ParticipantSessionId = Id<'participantSession'>

/** Sealed with the patient's own key. */
export const visitReason = sealedColumn('visits', 'reason')
/** Sealed with the patient's own key where it is the patient, with the organization's for everybody else. */
export const participantDisplayName = sealedColumn('participants', 'display_name')

export interface VisitRow {
  id: VisitId
  organization_id: OrganizationId
  patient_id: PatientId
  clinician_id: UserId
  kind: VisitKind
  /** Decided when the visit is made, and never changed: not by switching the organization's setting off either. */
  encryption: ColumnType<EncryptionMode, EncryptionMode, never>
  status: VisitStatus
  starts_at: Date
  duration_minutes: number
  reason: Sealed<typeof visitReason>
  locked: ColumnType<boolean, boolean | undefined, boolean>
  created_at: Date
  /** The first time that two people were in it. */
  started_at: LaterDate
  ended_at: LaterDate
}

/** One person in one visit, however often they come. */
export interface ParticipantRow {
  id: ParticipantId
  organization_id: OrganizationId
  visit_id: VisitId
  role: ParticipantRole
  user_id: UserId | null
  patient_id: PatientId | null
  display_name: Sealed<typeof participantDisplayName>
  admission: Admission
  created_at: Date
}

/** A link for one participant. Its secret is only known to whoever was given it. */
export interface VisitLinkRow {
  id: LinkId
  organization_id: OrganizationId
  visit_id: VisitId
  participant_id: ParticipantId
  secret_hash: Buffer
  created_at: Date
  expires_at: Date
  /** The session of the one browser that exchanged it. */
  used_by: ColumnType<ParticipantSessionId | null, undefined, ParticipantSessionId>
  revoked_at: LaterDate
}

/** A browser that exchanged a link. */
export interface ParticipantSessionRow {
  id: ParticipantSessionId
  organization_id: OrganizationId
  visit_id: VisitId
  participant_id: ParticipantId
  link_id: LinkId
  /** SHA-256 of the cookie's 32 random bytes. */
  token_hash: Buffer
  created_at: Date
  expires_at: Date
  ended_at: LaterDate
}
