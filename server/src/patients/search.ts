import type { Patient, PatientId, patientSearch } from '@curtain/protocol'
import type { z } from 'zod'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import { nameMatches, nameWords } from '../keys/name-words.ts'
import { patientsOfTeam } from '../teams/store.ts'
import type { StaffActor } from '../users/schema.ts'
import { describeOpened, openFields, type PatientFields } from './fields.ts'
import { mayKeepPatients } from './policy.ts'
import { idsInReach, type PatientIds } from './reach.ts'
import { patientBirthDate, patientEmail, patientName, patientPhone, patientRecordNumber } from './schema.ts'
import { candidates, inOneProcess, type IndexedLookUp } from './search-store.ts'

/** Nobody reads more; whoever is looked for is then found by typing another letter. */
const mostFound = 50
/** How many are asked for and opened at a time, and in all, should more be found than match. */
const pageSize = mostFound + 1
const mostOpened = 510
/** The longest words say most; what more were typed is looked at in what these find. */
const mostWordsLookedUp = 4

type Search = Partial<z.output<typeof patientSearch>>

export type PatientSearches = ReturnType<typeof createPatientSearches>

export function createPatientSearches({ database, keys, now = () => new Date() }: { database: Database; keys: Keys; now?: () => Date }) {
  return {
    /**
     * Patients within somebody's reach for whom all that is given holds, by name. Of more than 50 those who were registered
     * last.
     */
    async search(actor: StaffActor, search: Search): Promise<{ patients: Patient[]; more: boolean }> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.search')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const reached = idsInReach(tx, actor)
        const { teamId } = search
        const team = teamId === undefined ? [] : [patientsOfTeam(tx, teamId).clearSelect().select('patient_id as id')]
        const among = reached === 'all' ? team : [reached, ...team]
        const found = await findMatching(tx, fields, among, search)
        const by = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [name]))
        const facts = { by, count: found.patients.length, patientIds: found.patients.map(({ id }) => id) }
        await record(tx, { type: 'patient.searched', organizationId, userId, sessionId, facts }, now())
        return { patients: found.patients.toSorted((a, b) => a.name.localeCompare(b.name)), more: found.more }
      })
    },
  }
}

/** Those, within reach or not, whom a record number or a whole name with its birth date leads to. Of three or more, three. */
export async function findExactly(
  tx: Transaction,
  fields: OrganizationSealer,
  by: { recordNumber: string } | { name: string; birthDate: string },
): Promise<PatientId[]> {
  const { patients } = await findMatching(tx, fields, [], by, 'name' in by ? 'whole' : 'beginnings')
  return patients.slice(0, 3).map(({ id }) => id)
}

async function findMatching(
  tx: Transaction,
  fields: OrganizationSealer,
  among: readonly PatientIds[],
  search: Search,
  words: 'beginnings' | 'whole' = 'beginnings',
): Promise<{ patients: Patient[]; more: boolean }> {
  const typed = nameWords(search.name ?? '')
  // What has no letter begins no name, and must not find everybody.
  if (search.name !== undefined && typed.length === 0) return { patients: [], more: false }
  const longest = tellingWords(typed).slice(0, mostWordsLookedUp)
  const lookUp: IndexedLookUp = {
    beginnings: longest.map((word) => fields.index.beginning(patientName, word)),
    exact: exactLookUps(fields, search),
  }
  const matches = matcher(search, typed, words)
  await inOneProcess(tx)
  const found: Patient[] = []
  let opened = 0
  for (let before: PatientId | null = null; found.length <= mostFound && opened < mostOpened; ) {
    const page = await candidates(tx, among, lookUp, before, pageSize)
    opened += page.length
    const sealers = await fields.patients(page.map(({ id }) => id))
    for (const row of page) {
      // In a database that was restored from before an erasure there may be one whom nothing opens.
      const sealer = sealers.of(row.id)
      const known = sealer && openFields(sealer, row)
      if (known !== null && matches(known)) found.push(describeOpened(row, known))
    }
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return { patients: found.slice(0, mostFound), more: found.length > mostFound }
    before = last.id
  }
  return { patients: found.slice(0, mostFound), more: true }
}

/** The longest first, each once, and none that begins another: whoever has that word has its beginning. */
function tellingWords(typed: readonly string[]): string[] {
  const longestFirst = [...new Set(typed)].toSorted((a, b) => b.length - a.length)
  return longestFirst.filter((word, at) => !longestFirst.slice(0, at).some((longer) => longer.startsWith(word)))
}

function exactLookUps({ index }: OrganizationSealer, { birthDate, recordNumber, contact }: Search): IndexedLookUp['exact'] {
  return {
    ...(birthDate !== undefined && { birth_date_index: index.exact(patientBirthDate, birthDate) }),
    ...(recordNumber !== undefined && { record_number_index: index.exact(patientRecordNumber, recordNumber) }),
    ...(contact !== undefined &&
      (isEmail(contact) ? { email_index: index.exact(patientEmail, contact) } : { phone_index: index.exact(patientPhone, contact) })),
  }
}

const isEmail = (contact: string) => contact.includes('@')

/** What an index finds is opened and looked at again: an index is shorter than what it stands for. */
function matcher(search: Search, typed: readonly string[], words: 'beginnings' | 'whole') {
  const same = (column: { comparable: (value: string) => string }, asked: string | undefined, known: string | null) =>
    asked === undefined || (known !== null && column.comparable(asked) === column.comparable(known))
  const email = search.contact !== undefined && isEmail(search.contact) ? search.contact : undefined
  const phone = email === undefined ? search.contact : undefined
  return (known: PatientFields) =>
    (words === 'beginnings' ? nameMatches(known.name, typed) : nameWords(known.name).join(' ') === typed.join(' ')) &&
    same(patientBirthDate, search.birthDate, known.birthDate) &&
    same(patientRecordNumber, search.recordNumber, known.recordNumber) &&
    same(patientEmail, email, known.email) &&
    same(patientPhone, phone, known.phone)
}
