import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeKeysWorld, type KeysWorld } from '../../../tests/support/keys-world.ts'
import { noMail } from '../../../tests/support/no-mail.ts'
import { createLogExports } from '../audit/log-exports.ts'
import { createLogNews } from '../audit/news.ts'
import { record } from '../audit/record.ts'
import { runFrom } from '../audit/request-origin.ts'
import { createLogSearch } from '../audit/search.ts'
import { createPatientSearches } from '../patients/search.ts'
import { createPatients } from '../patients/service.ts'
import type { SignedInActor } from '../users/schema.ts'
import { createVisitChanges } from '../visits/changes.ts'
import { createVisits } from '../visits/service.ts'
import { createKeys, type Keys } from './keys.ts'
import { createOrganizationKeys } from './organization-keys.ts'
import { createPatientKeyFiles } from './patient-key-files.ts'
import { openRootFile } from './root-file.ts'

const names = ['Ann Ames', 'Ann Bell', 'Ann Chen', 'Ann Diaz', 'Ann Evans', 'Ann Fox', 'Ann Gray']

let world: KeysWorld
let actor: SignedInActor
let keys: Keys
/** The most files that were read at a time, those that were, and the turns that others had while one was. */
let seen: { most: number; files: string[]; turnsOfOthers: number }
let underWay = 0

/** As from a disk that takes its time: everybody else has a turn before there is something. */
async function readSlowly(file: string): Promise<Buffer> {
  seen.most = Math.max(seen.most, ++underWay)
  seen.files.push(file)
  try {
    await setImmediate()
    return await readFile(file)
  } finally {
    underWay--
  }
}

beforeAll(async () => {
  world = await makeKeysWorld()
  const start = await world.start()
  const owner = await start.makeOrganization()
  if (owner.kind !== 'staff') throw new Error('nobody who is signed in')
  actor = { ...owner, roles: ['owner', 'scheduler', 'clinician', 'security-officer'] }
  const { organizationId } = actor
  const { database } = world.database
  for (const name of names) {
    const visit = await start.makeVisit(actor, name, 'cough')
    const participantId = visit.participants[0]?.id ?? null
    const event = { type: 'link.exchanged', organizationId, participantId, target: visit.id } as const
    await runFrom({ address: '192.0.2.7', keys: start.keys }, () => database.inOrganization(organizationId, (tx) => record(tx, event)))
  }
  keys = createKeys({
    database,
    organizations: createOrganizationKeys({ database, root: openRootFile(world.keysFolder, false) }),
    patientKeys: createPatientKeyFiles(join(world.keysFolder, 'patients'), readSlowly),
  })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => (seen = { most: 0, files: [], turnsOfOthers: 0 }))

const lists: [string, () => Promise<unknown[]>][] = [
  ['a search among patients', async () => {
    const { search } = createPatientSearches({ database: world.database.database, keys })
    return (await search(actor, { name: 'ann' })).patients.map(({ name }) => name)
  }],
  ['a list of patients', async () => {
    const patients = await createPatients({ database: world.database.database, keys }).list(actor)
    return patients.map(({ name }) => name).toReversed()
  }],
  ['a list of visits', async () => {
    const live = { present: () => new Set<never>(), close: () => {}, endSession: () => {} }
    const options = { live, changes: createVisitChanges(), mail: noMail, publicUrl: () => '' }
    const visits = await createVisits({ database: world.database.database, keys, ...options }).list(actor, new Date(0), new Date(Date.now() + 1000))
    return visits.map(({ patient, participants }) => (participants[0]?.displayName === patient.name ? patient.name : null))
  }],
  ['a page of the log', async () => {
    const { search } = createLogSearch({ database: world.database.database, keys, news: createLogNews() })
    const { events } = await search(actor, { types: ['link.exchanged'], limit: 100 })
    return events.map(({ from }, at) => (from === '192.0.2.7' ? names[at] : null))
  }],
  ['an export of the log', async () => {
    const exports = createLogExports({ database: world.database.database, keys, publicUrl: () => '' })
    let text = ''
    const { text: pieces } = await exports.begin(actor, { format: 'ndjson', filter: { types: ['link.exchanged'] } })
    for await (const piece of pieces) text += piece
    return Array.from(text.matchAll(/192\.0\.2\.7/g), (_found, at) => names[at])
  }],
]

test.each(lists)('%s reads each key it needs once, a few at a time, while everything else goes on', async (_what, list) => {
  const listed = new AbortController()
  const others = (async () => {
    while (!listed.signal.aborted) {
      await setImmediate()
      if (underWay > 0) seen.turnsOfOthers++
    }
  })()
  expect(await list().finally(() => listed.abort())).toEqual(names)
  await others
  expect({ most: seen.most, read: seen.files.length, files: new Set(seen.files).size }).toEqual({ most: 3, read: names.length, files: names.length })
  expect(seen.turnsOfOthers).toBeGreaterThan(0)
})
