import type { AuditEventType, PatientId, ReviewKind, ReviewRules, UserId } from '@curtain/protocol'
import type { PlacedEvent } from '../audit/follow.ts'
import { countShown, type Listing, type Shown } from './listings.ts'
import { createClock, nightOf, type LocalTime } from './local-time.ts'
import { maybeSamePerson, shareSurname } from './names.ts'

/** What opens one patient's record or visit to whoever asks. */
export const openingTypes: readonly AuditEventType[] = [
  'patient.read', 'patient.history-read', 'patient.exported', 'visit.read', 'visit.listed',
]
/** What takes something out. */
const exportTypes: ReadonlySet<AuditEventType> = new Set(['patient.exported', 'audit.exported'])

/** Something that somebody did to a patient, or tried. */
export interface Deed {
  userId: UserId
  at: Date
}
export interface Opening extends Deed {
  patientId: PatientId
}

/** What has to be known beside the events to say what is to be looked at. */
export interface Scene {
  rules: ReviewRules
  /** The words of each name on the staff; programs have none. */
  staff: ReadonlyMap<UserId, readonly string[]>
  /** Whose record an event opened; null where it opened none. */
  patientOf: (event: PlacedEvent) => PatientId | null
  /** The words of a patient's name; none once nothing opens it any more. */
  nameOf: (patientId: PatientId) => readonly string[]
  /** What the people of these events were refused, and opened, since as long before as the rules look back. */
  denials: readonly Deed[]
  openings: readonly Opening[]
  /** The lists that they were shown since then, these events among them. */
  listings: readonly Listing[]
}

/** That something is to be looked at, and what it is counted into. */
export interface Finding {
  kind: ReviewKind
  key: string
  day: string
  userId: UserId
  patientId: PatientId | null
  firstAt: Date
  lastAt: Date
  firstIndex: number
  lastIndex: number
  events: number
  most: number | null
}

/** What of these events is to be looked at by somebody. More of the same becomes one finding. */
export function detect(events: readonly PlacedEvent[], scene: Scene): Finding[] {
  const clock = createClock(scene.rules.timeZone)
  const shown = countShown(scene.listings, scene.rules.massListing.minutes)
  const found = new Map<string, Finding>()
  for (const event of events) {
    for (const finding of findingsOf(event, scene, clock(event.at), shown.get(event.id))) {
      const id = `${finding.kind} ${finding.key}`
      const known = found.get(id)
      found.set(id, known === undefined ? finding : merge(known, finding))
    }
  }
  return [...found.values()]
}

function merge(known: Finding, more: Finding): Finding {
  return {
    ...known,
    firstAt: known.firstAt < more.firstAt ? known.firstAt : more.firstAt,
    lastAt: known.lastAt > more.lastAt ? known.lastAt : more.lastAt,
    lastIndex: more.lastIndex,
    events: known.events + more.events,
    most: known.most === null || more.most === null ? null : Math.max(known.most, more.most),
  }
}

function findingsOf(event: PlacedEvent, scene: Scene, local: LocalTime, shown: Shown | undefined): Finding[] {
  const { userId, at, index, type, outcome, facts } = event
  if (userId === null) return []
  const { rules, staff } = scene
  const patientId = outcome === 'success' ? scene.patientOf(event) : null
  const finding = (kind: ReviewKind, key: string, more: Partial<Finding> = {}): Finding => ({
    kind, key, day: local.day, userId, patientId, firstAt: at, lastAt: at, firstIndex: index, lastIndex: index, events: 1, most: null, ...more,
  })
  const findings: Finding[] = []

  if (type === 'patient.glass-broken') findings.push(finding('break-glass', String(facts['breakGlassId'])))
  if (outcome === 'success' && exportTypes.has(type)) findings.push(finding('export', event.id))
  if (outcome === 'denied') {
    const denials = within(scene.denials, event, rules.denials.minutes)
    if (denials.length >= rules.denials.count) {
      findings.push(finding('denials', `${userId} ${local.day}`, { firstAt: earliest(denials), most: denials.length, patientId: null }))
    }
  }
  const reader = staff.get(userId)
  if (reader !== undefined && patientId !== null && openingTypes.includes(type)) {
    const night = nightOf(local, rules.night)
    if (night !== null) findings.push(finding('night', `${userId} ${night}`, { day: night, patientId: null }))
    const name = scene.nameOf(patientId)
    const key = `${userId} ${patientId} ${local.day}`
    if ([...staff.values()].some((one) => maybeSamePerson(name, one))) findings.push(finding('colleague', key))
    else if (shareSurname(name, reader)) findings.push(finding('same-surname', key))
    const openings = within(scene.openings, event, rules.massReading.minutes)
    const most = new Set(openings.map((opening) => opening.patientId)).size
    if (most >= rules.massReading.patients) {
      findings.push(finding('mass-reading', `${userId} ${local.day}`, { firstAt: earliest(openings), most, patientId: null }))
    }
  }
  if (reader !== undefined && shown !== undefined && shown.patients >= rules.massListing.patients) {
    findings.push(finding('mass-listing', `${userId} ${local.day}`, { firstAt: shown.since, most: shown.patients, patientId: null }))
  }
  const kinds: readonly ReviewKind[] = ['break-glass', ...rules.kinds]
  return findings.filter(({ kind }) => kinds.includes(kind))
}

/** What the person of an event did in the minutes before it, and with it. */
function within<One extends Deed>(deeds: readonly One[], { userId, at }: PlacedEvent, minutes: number): One[] {
  const [until, since] = [at.getTime(), at.getTime() - minutes * 60_000]
  return deeds.filter((deed) => deed.userId === userId && deed.at.getTime() > since && deed.at.getTime() <= until)
}

function earliest(deeds: readonly Deed[]): Date {
  // Not all at once: a function takes so many arguments and no more.
  return new Date(deeds.reduce((first, { at }) => Math.min(first, at.getTime()), Infinity))
}
