import { z } from 'zod'
import { linkId, participantId, patientId, secret, userId, visitId } from '../ids.ts'
import { email, instant, paragraph, personName } from '../text.ts'
import { birthDate } from './patients.ts'

export const visitKind = z.enum(['consultation', 'group', 'case-conference'])
export type VisitKind = z.infer<typeof visitKind>

export const visitStatus = z.enum(['scheduled', 'open', 'in-progress', 'ended', 'cancelled', 'no-show'])
export type VisitStatus = z.infer<typeof visitStatus>

/** `host` is staff; everybody else waits to be admitted. */
export const participantRole = z.enum(['host', 'patient', 'guest'])
export type ParticipantRole = z.infer<typeof participantRole>

export const admission = z.enum(['waiting', 'admitted', 'refused', 'removed'])
export type Admission = z.infer<typeof admission>

/**
 * What a link asks for before it opens a visit: nothing more, the patient's birth date, or six digits that are mailed to
 * the address that the clinic has of the person.
 */
export const linkCheck = z.enum(['none', 'birth-date', 'mailed-code'])
export type LinkCheck = z.infer<typeof linkCheck>
/** What somebody who comes by link can be asked for. */
export const secondCheck = linkCheck.exclude(['none'])
export type SecondCheck = z.infer<typeof secondCheck>

/** How the check of a person's newest link stands; `locked` after too many wrong answers: a person has to help. */
export const checkStanding = z.object({ kind: secondCheck, state: z.enum(['open', 'passed', 'locked']) })
export type CheckStanding = z.infer<typeof checkStanding>

export const visitParticipant = z.object({
  id: participantId,
  role: participantRole,
  displayName: z.string(),
  admission,
  /** Connected at this moment, in the waiting room or in the visit. */
  present: z.boolean(),
  /** Null for staff, and where their newest link asks for nothing more. */
  check: checkStanding.nullable(),
})
export type VisitParticipant = z.infer<typeof visitParticipant>

/**
 * `end-to-end`: only the devices in the visit can see and hear it. `transport`: the server could as well, by the
 * organization's explicit setting. Decided when a visit is made; it never changes.
 */
export const encryptionMode = z.enum(['end-to-end', 'transport'])
export type EncryptionMode = z.infer<typeof encryptionMode>

/** A visit as staff see it. */
export const visit = z.object({
  id: visitId,
  kind: visitKind,
  encryption: encryptionMode,
  status: visitStatus,
  startsAt: instant,
  durationMinutes: z.number().int(),
  /** Null for whoever may plan the visit and not know why it takes place. */
  reason: z.string().nullable(),
  patient: z.object({ id: patientId, name: z.string() }),
  clinician: z.object({ id: userId, name: z.string() }),
  participants: z.array(visitParticipant),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
})
export type Visit = z.infer<typeof visit>

/** A visit as those who come by link see it: nothing about why it takes place. */
export const visitSummary = z.object({
  id: visitId,
  kind: visitKind,
  encryption: encryptionMode,
  status: visitStatus,
  startsAt: instant,
  organizationName: z.string(),
  clinicianName: z.string(),
})
export type VisitSummary = z.infer<typeof visitSummary>

export const visitListQuery = z.object({ from: instant, to: instant })
export const visitList = z.object({ visits: z.array(visit) })

export const visitInput = z.object({
  /** One who is on record, or a new one. */
  patient: z.union([
    z.object({ id: patientId }),
    z.object({ name: personName, birthDate: birthDate.optional(), email: email.optional() }),
  ]),
  /** Who holds it; whoever makes it, where they are a clinician and nobody is named. */
  clinicianId: userId.optional(),
  startsAt: instant,
  durationMinutes: z.number().int().min(5).max(480).default(30),
  kind: visitKind.default('consultation'),
  /** `transport` is refused with `transport-not-allowed` unless the organization allows it for this kind. */
  encryption: encryptionMode.default('end-to-end'),
  /** Clinicians give it; from anybody else it is refused. */
  reason: paragraph(2000).default(''),
  /**
   * Of the patient's link; without it, as the organization's settings say. What cannot work is refused with
   * `birth-date-missing`, `email-missing` or `mail-not-set-up`.
   */
  check: linkCheck.optional(),
  /** Whether the link is mailed to the patient as well. */
  send: z.boolean().optional(),
})
export type VisitInput = z.input<typeof visitInput>

export const visitChange = z.object({
  startsAt: instant.optional(),
  durationMinutes: z.number().int().min(5).max(480).optional(),
  reason: paragraph(2000).optional(),
})

/**
 * For whom a link is made: somebody already expected (the patient), or a guest who is named here. Without a `check`, it is
 * that of their link before; of a guest with an address a mailed code.
 */
export const linkInput = z.union([
  z.object({ participantId, check: linkCheck.optional(), send: z.boolean().optional() }),
  z.object({
    guest: z.object({ name: personName, email: email.optional() }),
    check: linkCheck.exclude(['birth-date']).optional(),
    send: z.boolean().optional(),
  }),
])

/** A link is told once, here; afterwards only its hash is known. */
export const link = z.object({
  id: linkId,
  participantId,
  url: z.url(),
  expiresAt: instant,
  check: linkCheck,
  /** Whether it is on its way to the person by mail. */
  sent: z.boolean(),
})
export type Link = z.infer<typeof link>

export const visitCreated = z.object({ visit, link })

/** Six digits out of a mail. */
export const mailedCode = z.string().regex(/^\d{6}$/)

/** The secret comes from the link's fragment; the answer sets the cookie of a session bound to this browser. */
export const linkExchangeInput = z.object({
  visitId,
  secret,
  /** False for a browser that cannot do end-to-end encryption: it does not use up the link of a visit that needs it. */
  encrypts: z.boolean().optional(),
  /** To what the link asks for. Five wrong ones, from whatever browser, lock it for good. */
  answer: z.union([birthDate, mailedCode]).optional(),
  /** Asks for another code by mail. */
  anotherCode: z.boolean().optional(),
})

const asked = {
  /** After how many more wrong answers the link is locked; never 0. */
  triesLeft: z.number().int().positive(),
  /** What became of the answer that came with the request: `late` for a code that holds no more, which costs no try. */
  answer: z.enum(['wrong', 'late']).nullable(),
}

/** What a link asks for before it says anything about the visit or the person. */
export const linkQuestion = z.object({
  check: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('birth-date'), ...asked }),
    z.object({
      kind: z.literal('mailed-code'),
      ...asked,
      /** Whether there is a code that holds. If not, none can be sent: a person has to help. */
      codeSent: z.boolean(),
      /** In how many seconds another code may be asked for; null when that was done too often. */
      anotherInSeconds: z.number().int().nonnegative().nullable(),
    }),
  ]),
  /** So that whoever is asked knows by whom. */
  organizationName: z.string(),
})
export type LinkQuestion = z.infer<typeof linkQuestion>

/** As whom a browser comes that has both a staff session and a participant's: as staff, unless it says otherwise. */
export const ticketInput = z.object({ as: z.enum(['host', 'participant']).optional() })

/** What a browser needs to open the signalling connection of a visit. */
export const admissionTicket = z.object({
  /** Single use, valid for a minute: the first signalling message carries it. */
  ticket: secret,
  participant: z.object({ id: participantId, role: participantRole, displayName: z.string(), admission }),
  visit: visitSummary,
})
export type AdmissionTicket = z.infer<typeof admissionTicket>

/** A link that asks for something more answers with that until it is answered right. */
export const linkExchanged = z.union([admissionTicket, linkQuestion])
