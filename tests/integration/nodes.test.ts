import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type OrganizationId, type Role, userAccount } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../server/src/config.ts'
import { type RunningServer, startServer } from '../../server/src/main.ts'
import { Clinic } from '../support/clinic.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addStaff, type Colleague } from '../support/staff-and-subjects.ts'
import { Browser, signInOwner } from '../support/server.ts'
import type { SignallingClient } from '../support/signalling-client.ts'
import { ask } from '../support/sign-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// Two servers on one database: whoever is put out at one of them is out at the other.
const folders = [temporaryFolder(), temporaryFolder()] as const
const plenty = { burst: 100_000, perMinute: 100_000 }

let world: TestDatabase
let here: RunningServer
let there: RunningServer
let boss: Browser
let organizationId: OrganizationId

async function start(dataDir: string): Promise<RunningServer> {
  const environment = { CURTAIN_DATA_DIR: dataDir, CURTAIN_PORT: '0', CURTAIN_MEDIA_WORKERS: '1', CURTAIN_LOG_LEVEL: 'silent' }
  const config = readConfig({}, { ...process.env, ...environment })
  return startServer(config, { databaseRoles: world.roles, limits: { any: plenty, guessable: plenty } })
}

beforeAll(async () => {
  world = await createTestDatabase()
  here = await start(folders[0].path)
  const setUp = await signInOwner({ server: here, url: here.url })
  boss = setUp.browser
  organizationId = setUp.signedIn.organization.id
  // The same keys, as one folder that both have would be.
  mkdirSync(join(folders[1].path, 'keys'), { mode: 0o700 })
  cpSync(join(folders[0].path, 'keys'), join(folders[1].path, 'keys'), { recursive: true })
  there = await start(folders[1].path)
})
afterAll(async () => {
  await Promise.all([here?.close(), there?.close()])
  await world?.[Symbol.asyncDispose]()
  for (const folder of folders) folder[Symbol.dispose]()
})

interface Held {
  who: Colleague
  client: SignallingClient
  stream: Promise<string>
}

/** Somebody who is signed in at the other server, in a visit and following changes. */
async function busyThere(...roles: Role[]): Promise<Held> {
  const who = await addStaff({ server: there, url: there.url }, organizationId, roles)
  const clinic = new Clinic(there.url, who.browser)
  const { visit } = await clinic.makeVisit()
  const { client } = await clinic.arrive(visit.id, who.browser)
  const response = await who.browser.request('GET', '/v1/visits/changes')
  expect(response.status).toBe(200)
  return { who, client, stream: response.text() }
}

const change = (who: Colleague, body: object) => ask(boss, userAccount, 'PATCH', `/v1/users/${who.id}`, body)
const isIn = async ({ browser }: Colleague) => (await browser.request('GET', '/v1/me')).ok

test('whoever is suspended at one server loses stream and live visit at the other', async () => {
  const { who, client, stream } = await busyThere('clinician')
  await change(who, { suspended: true })
  await Promise.all([client.closed(), stream])
  expect(await isIn(who)).toBe(false)
})

test('a session that its user ends at one server is over at the other', async () => {
  const { who, client, stream } = await busyThere('clinician')
  const phone = new Browser(here.url)
  const secret = await here.parts.sessions.createSignInLink(organizationId, who.id, { validMs: 60_000 })
  await phone.post('/v1/sign-in-links/exchange', { secret })
  expect((await phone.post('/v1/me/sessions/end-others')).status).toBe(204)
  await Promise.all([client.closed(), stream])
})

test('whoever may hold no visits any more is out of them; the session stays, and streams open again by the new roles', async () => {
  const { who, client, stream } = await busyThere('clinician')
  await change(who, { roles: ['scheduler'] })
  await Promise.all([client.closed(), stream])
  expect(await isIn(who)).toBe(true)
  const again = await who.browser.request('GET', '/v1/visits/changes')
  expect(again.status).toBe(200)
  await again.body?.cancel()
})

test('with other roles that hold visits too, the visit goes on and the stream is opened anew', async () => {
  const { who, client, stream } = await busyThere('clinician')
  await change(who, { roles: ['clinician', 'scheduler'] })
  await stream
  expect(client.closeCode).toBeNull()
  client.close()
})

test('what was told while a server could not hear it is caught up with', async () => {
  const { who, client, stream } = await busyThere('clinician')
  // At once, so that nobody listens when it is told.
  await world.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'curtain-listening' and datname = current_database()`)
  await world.query('update sessions set ended_at = now() where user_id = $1', [who.id])
  await Promise.all([client.closed(), stream])
})

test('a session of somebody else’s is left alone', async () => {
  const [one, other] = [await busyThere('clinician'), await busyThere('clinician')]
  await change(one.who, { suspended: true })
  await Promise.all([one.client.closed(), one.stream])
  expect(other.client.closeCode).toBeNull()
  expect(await isIn(other.who)).toBe(true)
  other.client.close()
})
