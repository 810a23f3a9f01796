import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { createLog } from '../log.ts'
import { createOrganization } from '../organizations/service.ts'
import { createLogFollower, type TakeEvents } from './follow.ts'
import { record } from './record.ts'
import { createSequencer } from './sequencer.ts'

let world: TestDatabase
let organizationId: OrganizationId
let made = 0
/** What it would do next, had the time come. */
let later: (() => void)[]

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  made++
  later = []
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana${made}@harbor.example`, password: null }
  organizationId = (await createOrganization(world, input, new Date())).organizationId
})

/** Puts events into the log, with their places. */
async function log(...targets: string[]) {
  await world.database.inOrganization(organizationId, async (tx) => {
    for (const target of targets) await record(tx, { type: 'visit.read', organizationId, target })
  })
  await createSequencer(world).pass(organizationId)
}

/** Keeps what it was given as names of followers in the database, in the transaction that it is given. */
const keepTargets: TakeEvents = async (tx, organizationId, events) => {
  for (const { target, index } of events) {
    if (target === null) continue
    await tx.insertInto('audit_followers').values({ organization_id: organizationId, name: `saw ${target}`, next: String(index) }).execute()
  }
}
const seen = async () =>
  (await world.query(`select name from audit_followers where organization_id = $1 and name like 'saw t%' order by next`, [organizationId]))
    .map(({ name }) => String(name).slice(4))

function follower(take: TakeEvents, name = 'test') {
  const after = (_ms: number, run: () => void) => {
    later.push(run)
    return () => {}
  }
  return createLogFollower({ ...world, name, take, log: createLog('silent'), after })
}
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `t${at}`)

test('every event once, in the order of the log, over batches and starts', async () => {
  const first = follower(keepTargets)
  await log(...numbered(600))
  await first.wake()
  expect(await seen()).toEqual(numbered(600))
  await first.stop()
  await log('t600')
  const second = follower(keepTargets)
  await second.wake(organizationId)
  expect(await seen()).toEqual(numbered(601))
  await second.wake()
  expect(await seen()).toEqual(numbered(601))
})

test('what fails is undone, and comes again', async () => {
  await log('t0', 't1')
  let isBroken = true
  const one = follower(async (...given) => {
    await keepTargets(...given)
    if (isBroken) throw new Error('broken')
  })
  await one.wake(organizationId)
  expect(await seen()).toEqual([])
  isBroken = false
  expect(later).toHaveLength(1)
  later[0]?.()
  await one.wake(organizationId)
  expect(await seen()).toEqual(['t0', 't1'])
})

test('several servers at once: each event at one of them', async () => {
  await log(...numbered(50))
  const several = [follower(keepTargets), follower(keepTargets), follower(keepTargets)]
  await Promise.all(several.map((one) => one.wake(organizationId)))
  // Whoever found another at it looks again later.
  await Promise.all(several.map((one) => one.wake(organizationId)))
  expect(await seen()).toEqual(numbered(50))
})

test('two of different names each see everything', async () => {
  await log('t0')
  const counts = { a: 0, b: 0 }
  for (const name of ['a', 'b'] as const) {
    await follower(async (_tx, _id, events) => void (counts[name] += events.length), name).wake(organizationId)
  }
  expect(counts.a).toBeGreaterThan(0)
  expect(counts.b).toBe(counts.a)
})

test('an event that has no place yet waits for it; one that was pruned is passed over', async () => {
  const one = follower(keepTargets)
  await log('t0')
  await world.database.inOrganization(organizationId, (tx) => record(tx, { type: 'visit.read', organizationId, target: 't1' }))
  await world.query(`delete from audit_events where organization_id = $1 and target = 't0'`, [organizationId])
  await one.wake(organizationId)
  expect(await seen()).toEqual([])
  await log('t2')
  await one.wake(organizationId)
  expect(await seen()).toEqual(['t1', 't2'])
})
