import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { createLog } from '../log.ts'
import { createOrganization } from '../organizations/service.ts'
import { startLogKeeper } from './keeper.ts'
import { latestCheckpoint } from './log-store.ts'
import { createSequencer } from './sequencer.ts'

let world: TestDatabase
beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())

const organization = async (name: string): Promise<OrganizationId> =>
  (await createOrganization(world, { organizationName: name, name: 'Dana', email: `dana@${name}.example`, password: null }, new Date())).organizationId
const sizeOf = async (organizationId: OrganizationId) => (await world.database.inOrganization(organizationId, latestCheckpoint))?.size ?? 0

test('a log that cannot go on keeps no other organization’s waiting', async () => {
  const all = [await organization('harbor'), await organization('pier'), await organization('quay')]
  const waiting = await world.database.lookUps.pendingLogs()
  const stuck = waiting[0]!
  await world.query(`insert into audit_keys (organization_id, version, seed, key, created_at) values ($1, 7, 'nobody', 'nobody', now())`, [stuck])
  await startLogKeeper({ database: world.database, sequencer: createSequencer(world), log: createLog('silent') }).stop()
  expect(await sizeOf(stuck)).toBe(0)
  for (const other of all.filter((id) => id !== stuck)) expect(await sizeOf(other)).toBe(2)
})
