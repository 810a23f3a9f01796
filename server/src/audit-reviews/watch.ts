import type { PatientId, UserId } from '@curtain/protocol'
import type { PlacedEvent, TakeEvents } from '../audit/follow.ts'
import type { Transaction } from '../database/database.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { Log } from '../log.ts'
import { patientName } from '../patients/schema.ts'
import { detect, openingTypes, type Opening, type Scene } from './detection.ts'
import { listingTypes, type Listing } from './listings.ts'
import { wordsOfName } from './names.ts'
import { readRules } from './rules.ts'
import { addFinding, deedsOf, listingsOf, patientsAt, signOffGlass } from './store.ts'

/** Puts into the queue what of the log somebody is to look at, and takes out what was reviewed with its reason. */
export function watchForReview({ log, now = () => new Date() }: { log: Log; now?: () => Date }): TakeEvents {
  return async (tx, organizationId, events, fields) => {
    const scene = await readScene(tx, events, fields, log)
    for (const finding of detect(events, scene)) await addFinding(tx, organizationId, finding, now())
    for (const { type, userId, at, facts } of events) {
      const { breakGlassId, outcome } = facts
      if (type !== 'patient.glass-reviewed' || userId === null || !isGlass(breakGlassId)) continue
      if (outcome === 'justified' || outcome === 'not-justified') await signOffGlass(tx, breakGlassId, { userId, at, outcome })
    }
  }
}

const isGlass = (id: unknown): id is `bgl_${string}` => typeof id === 'string' && id.startsWith('bgl_')

async function readScene(tx: Transaction, events: readonly PlacedEvent[], fields: OrganizationSealer, log: Log): Promise<Scene> {
  const rules = await readRules(tx)
  const openingEvents = events.filter(({ type, outcome, userId }) => userId !== null && outcome === 'success' && openingTypes.includes(type))
  const listingEvents = events.filter(({ type, facts }) => listingTypes.includes(type) && Object.hasOwn(facts, 'patientIds'))
  const staff = openingEvents.length + listingEvents.length === 0 ? new Map<UserId, string[]>() : await readStaff(tx)
  const [first, last] = spanOf(events)
  const since = (minutes: number) => new Date(first - minutes * 60_000)
  const until = new Date(last)
  const denied = events.filter(({ outcome }) => outcome === 'denied')
  const denials = await deedsOf(tx, { users: usersOf(denied), since: since(rules.denials.minutes), until, outcome: 'denied', types: null })
  const opened = await deedsOf(tx, {
    users: usersOf(openingEvents), since: since(rules.massReading.minutes), until, outcome: 'success', types: openingTypes,
  })
  const patients = await patientsAt(tx, [...new Set([...opened, ...events].flatMap(({ target }) => target ?? []))])
  const patientAt = (target: string | null): PatientId | null => patients.get(target ?? '') ?? null
  const openings: Opening[] = opened.flatMap(({ userId, at, target }) => {
    const patientId = patientAt(target)
    return patientId === null ? [] : [{ userId, at, patientId }]
  })
  const names = await readNames(tx, fields, openingEvents.flatMap(({ target }) => patientAt(target) ?? []), log)
  return {
    rules,
    staff,
    patientOf: ({ target }) => patientAt(target),
    nameOf: (id) => names.get(id) ?? [],
    denials,
    openings,
    listings: await readListings(tx, listingEvents.filter(({ userId }) => userId !== null && staff.has(userId)), rules.massListing.minutes),
  }
}

/** What the people of these events were shown in lists, until then. */
async function readListings(tx: Transaction, events: readonly PlacedEvent[], minutes: number): Promise<Listing[]> {
  const listings: Listing[][] = []
  for (const userId of usersOf(events)) {
    const [first, last] = spanOf(events.filter((event) => event.userId === userId))
    const since = new Date(first - minutes * 60_000)
    listings.push(await listingsOf(tx, { userId, since, first: new Date(first), until: new Date(last) }))
  }
  return listings.flat()
}

function spanOf(events: readonly PlacedEvent[]): [number, number] {
  const times = events.map(({ at }) => at.getTime())
  return [Math.min(...times), Math.max(...times)]
}

function usersOf(events: readonly PlacedEvent[]): UserId[] {
  return [...new Set(events.flatMap(({ userId }) => userId ?? []))]
}

async function readStaff(tx: Transaction): Promise<Map<UserId, string[]>> {
  const rows = await tx.selectFrom('users').select(['id', 'name']).where('kind', '=', 'person').execute()
  return new Map(rows.map(({ id, name }) => [id, wordsOfName(name)]))
}

/** The words of patients' names, for as long as a batch takes: nothing of them is kept but whether they are like another's. */
async function readNames(
  tx: Transaction,
  fields: OrganizationSealer,
  ids: readonly PatientId[],
  log: Log,
): Promise<Map<PatientId, string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.selectFrom('patients').select(['id', 'name']).where('id', 'in', [...new Set(ids)]).execute()
  const sealers = await fields.patients(rows.map(({ id }) => id))
  const names = new Map<PatientId, string[]>()
  for (const { id, name } of rows) {
    try {
      const opened = sealers.of(id)?.open(patientName, id, name)
      if (opened !== undefined) names.set(id, wordsOfName(opened))
    } catch (error) {
      // One name that does not open must not keep everything after it from review.
      log.error({ error }, 'a name could not be opened to be compared with those of the staff')
    }
  }
  return names
}
