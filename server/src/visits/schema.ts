import type {
  Admission,
  EncryptionMode,
  Grant,
  Id,
  LinkCheck,
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

/** Where a guest's codes and link go. */
export const participantEmail = sealedColumn('participants', 'email')
/** Of six digits a hash would tell whoever has the database everything; sealed, it tells nothing. */
export const linkCode = sealedColumn('visit_links', 'code')

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
  /** Guests only: of a patient it is on the patient's record. */
  email: Sealed<typeof participantEmail> | null
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
  check_kind: ColumnType<LinkCheck, LinkCheck, never>
  /** Over the link's whole life, whatever browser they came from. */
  wrong_answers: ColumnType<number, undefined, number>
  /** The last one that was mailed, and when. */
  code: ColumnType<Sealed<typeof linkCode> | null, undefined, Sealed<typeof linkCode> | null>
  code_sent_at: LaterDate
  codes_sent: ColumnType<number, undefined, number>
}

/** A browser that exchanged a link, or a room token. */
export interface ParticipantSessionRow {
  id: ParticipantSessionId
  organization_id: OrganizationId
  visit_id: VisitId
  participant_id: ParticipantId
  /** By which of the two they came: one of these, never both. */
  link_id: LinkId | null
  room_token_id: ColumnType<Id<'roomToken'> | null, Id<'roomToken'> | undefined, never>
  /** What a room token lists; null: all that their role may. */
  grants: ColumnType<Grant[] | null, Grant[] | null | undefined, never>
  /** SHA-256 of the cookie's 32 random bytes. */
  token_hash: Buffer
  created_at: Date
  expires_at: Date
  ended_at: LaterDate
}
