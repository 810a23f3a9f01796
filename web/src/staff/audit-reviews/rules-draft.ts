import { reviewRules, type ReviewRules } from '@curtain/protocol'

/** The rules as they stand in a form. */
export interface RulesDraft {
  kinds: ReviewRules['kinds']
  timeZone: string
  nightFrom: string
  nightUntil: string
  denialCount: string
  denialMinutes: string
  readingPatients: string
  readingMinutes: string
  listingPatients: string
  listingMinutes: string
}

export function draftOf({ kinds, timeZone, night, denials, massReading, massListing }: ReviewRules): RulesDraft {
  return {
    kinds,
    timeZone,
    nightFrom: night.from,
    nightUntil: night.until,
    denialCount: String(denials.count),
    denialMinutes: String(denials.minutes),
    readingPatients: String(massReading.patients),
    readingMinutes: String(massReading.minutes),
    listingPatients: String(massListing.patients),
    listingMinutes: String(massListing.minutes),
  }
}

/** What a form asks for, or which of its fields cannot be read. */
export function readDraft(draft: RulesDraft): ReviewRules | { wrong: ReadonlySet<keyof RulesDraft> } {
  const number = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN)
  const read = reviewRules.safeParse({
    kinds: draft.kinds,
    timeZone: draft.timeZone,
    night: { from: draft.nightFrom, until: draft.nightUntil },
    denials: { count: number(draft.denialCount), minutes: number(draft.denialMinutes) },
    massReading: { patients: number(draft.readingPatients), minutes: number(draft.readingMinutes) },
    massListing: { patients: number(draft.listingPatients), minutes: number(draft.listingMinutes) },
  })
  if (read.success) return read.data
  const places = read.error.issues.map(({ path }) => path.join('.'))
  return { wrong: new Set(places.flatMap((place) => fieldAt[place] ?? [])) }
}

const fieldAt: Readonly<Record<string, keyof RulesDraft | undefined>> = {
  timeZone: 'timeZone',
  'night.from': 'nightFrom',
  'night.until': 'nightUntil',
  'denials.count': 'denialCount',
  'denials.minutes': 'denialMinutes',
  'massReading.patients': 'readingPatients',
  'massReading.minutes': 'readingMinutes',
  'massListing.patients': 'listingPatients',
  'massListing.minutes': 'listingMinutes',
}
