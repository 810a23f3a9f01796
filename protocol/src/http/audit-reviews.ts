import { z } from 'zod'
import { breakGlassId, patientId, reviewItemId, userId } from '../ids.ts'
import { instant, paragraph } from '../text.ts'
import { reviewOutcome } from './break-glass.ts'

/** Why something of the log is looked at by a person. */
export const reviewKind = z.enum([
  /** A patient was opened in an emergency. */
  'break-glass',
  /** Somebody was refused again and again. */
  'denials',
  /** Something was taken out: a patient's whole record, or a part of the log. */
  'export',
  /** Patients were opened at night. */
  'night',
  /** The patient has the name of somebody on the staff. */
  'colleague',
  /** The patient has the surname of whoever opened the record. */
  'same-surname',
  /** Many patients were opened in a short time. */
  'mass-reading',
  /** Many patients were shown in lists and searches in a short time. */
  'mass-listing',
])
export type ReviewKind = z.infer<typeof reviewKind>

/** What can be left out. Broken glass cannot: somebody has to answer for it. */
export const optionalReviewKind = reviewKind.exclude(['break-glass'])

/** What comes up by a patient's name: with who did it, it tells whose name that is like. */
export const reviewKindByName = reviewKind.extract(['colleague', 'same-surname'])

/** An hour of the day, such as `22:00`. */
const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** A name of the IANA time zone database, such as `America/New_York`. */
export const timeZone = z.string().max(64).refine(isTimeZone, 'is no time zone')

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** As many patients as are counted of those that one person was shown. */
export const mostPatientsCounted = 10_000

/** What comes up for review, from now on. */
export const reviewRules = z.object({
  kinds: z.array(optionalReviewKind).max(optionalReviewKind.options.length),
  /** By whose clock days and nights are told. */
  timeZone,
  /** Where both are the same there is no night. */
  night: z.object({ from: hour, until: hour }),
  /** So many refusals of one person within so long. */
  denials: z.object({ count: z.int().min(2).max(1000), minutes: z.int().min(1).max(1440) }),
  /** So many different patients opened by one person within so long. */
  massReading: z.object({ patients: z.int().min(2).max(1000), minutes: z.int().min(1).max(1440) }),
  /** So many different patients shown to one person in lists and searches within so long. */
  massListing: z.object({ patients: z.int().min(2).max(mostPatientsCounted), minutes: z.int().min(1).max(1440) }),
})
export type ReviewRules = z.infer<typeof reviewRules>

const staffMember = z.object({ id: userId, name: z.string() })

/** What is to be looked at. Of the patient there is the id alone. */
export const reviewItem = z.object({
  id: reviewItemId,
  kind: reviewKind,
  /** Who did it. */
  by: staffMember,
  /** Whose record it was; null where it was several, or nobody's. */
  patientId: patientId.nullable(),
  /** Of broken glass, which: it is reviewed by reading its reason. */
  breakGlassId: breakGlassId.nullable(),
  /** When it began, and when the last of it was. */
  from: instant,
  until: instant,
  /** How many events it is about. */
  events: z.int(),
  /**
   * How many refusals, or patients, there were within the time that the rule looks at; null where nothing is counted. Of patients
   * in lists it is at least `mostPatientsCounted` where it is so many.
   */
  most: z.int().nullable(),
  /** The comment is null for whoever may not read it, and of broken glass, where it is kept with the reason. */
  review: z.object({ at: instant, by: staffMember, outcome: reviewOutcome, comment: z.string().nullable() }).nullable(),
})
export type ReviewItem = z.infer<typeof reviewItem>

export const reviewQuery = z.object({
  /** What waits comes with the oldest first; what was signed off, the latest first. */
  state: z.enum(['waiting', 'signed-off']).default('waiting'),
  kind: reviewKind.optional(),
  /** The last one that was seen: what follows it. */
  after: reviewItemId.optional(),
})
export type ReviewQuery = z.input<typeof reviewQuery>
export const reviewList = z.object({ items: z.array(reviewItem), more: z.boolean() })
export type ReviewList = z.infer<typeof reviewList>

/** How many are signed off in one request. */
export const mostSignedOffAtOnce = 200
export const signOffInput = z
  .object({
    /** With how many events each had when it was read: one to which more was added meanwhile is left as it is. */
    items: z.array(z.object({ id: reviewItemId, events: z.int().min(1) })).min(1).max(mostSignedOffAtOnce),
    outcome: reviewOutcome,
    comment: paragraph(1000),
  })
  .refine(({ outcome, comment }) => outcome === 'justified' || comment !== '', { path: ['comment'], message: 'says what was done about it' })
export type SignOffInput = z.input<typeof signOffInput>

/** `left` are those that somebody else had signed off, or to which more was added. */
export const signedOff = z.object({ signedOff: z.array(reviewItemId), left: z.array(reviewItemId) })
export type SignedOff = z.infer<typeof signedOff>

/** How far review has come. */
export const reviewOverview = z.object({
  /** How many events of the log were looked through for what is to be reviewed, and of how many. */
  log: z.object({ looked: z.int(), size: z.int() }),
  /** `events` is how many events all of a kind are about: more of them, and one of what waits has grown. */
  waiting: z.array(z.object({ kind: reviewKind, count: z.int(), events: z.int(), since: instant })),
  /** The last twelve, the newest first, by when it happened; months without anything are left out. */
  months: z.array(
    z.object({
      month: z.string().regex(/^\d{4}-\d{2}$/),
      found: z.int(),
      signedOff: z.int(),
      notJustified: z.int(),
      by: z.array(staffMember.extend({ count: z.int() })),
    }),
  ),
})
export type ReviewOverview = z.infer<typeof reviewOverview>
