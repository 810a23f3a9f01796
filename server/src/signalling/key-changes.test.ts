import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits, type RequestInput } from '@curtain/protocol'
import { commitOf, createdOf, dataOf, makeKeyPackage } from '../../../tests/support/group-requests.ts'
import { requestBodies } from '../../../tests/support/request-bodies.ts'
import type { SignallingClient } from '../../../tests/support/signalling-client.ts'
import { startSignallingWorld, type Connected, type SignallingWorld } from '../../../tests/support/signalling-world.ts'
import type { After } from '../after-timeout.ts'

let world: SignallingWorld
/** What the rooms do once somebody is late: nobody is before a test says so. */
let late: Set<() => void>
const start = (options: Parameters<typeof startSignallingWorld>[0] = {}) => {
  late = new Set()
  const after: After = (_ms, run) => {
    late.add(run)
    return () => void late.delete(run)
  }
  return startSignallingWorld({ after, ...options })
}
beforeEach(async () => {
  world = await start()
})
afterEach(() => world.stop())

function timeIsOver(): void {
  for (const run of late) run()
  late.clear()
}

/** Fails where there is nothing to say. */
function known<Body>(body: Body | null): Body {
  if (body === null) throw new Error('was told of no group')
  return body
}

async function register({ id, client }: Connected, lost: RequestInput<'mls.register'>['lost'] = null): Promise<void> {
  await client.request('mls.register', { keyPackage: await makeKeyPackage(id), lost: lost ?? null })
}

async function commit(client: SignallingClient, requestId?: number): Promise<void> {
  await client.notified('mls.commit-wanted')
  await client.request('mls.commit', known(commitOf(client)), requestId)
}

/** A host and a patient, admitted and in one group, as the server sees it. */
async function twoInGroup() {
  const two = await world.twoInVisit()
  await register(two.host)
  await two.host.client.notified('mls.create')
  await two.host.client.request('mls.created', known(createdOf(two.host.client)))
  await register(two.patient)
  await commit(two.host.client)
  await two.patient.client.notified('mls.welcome')
  return two
}

async function admittedGuest(visitId: Parameters<SignallingWorld['arrive']>[0], host: Connected): Promise<Connected> {
  const guest = await world.arrive(visitId, 'guest')
  await host.client.request('admit', { participantId: guest.id })
  return guest
}

/** What a client was told about keys, and how it was answered, in order. */
function heardBy(client: SignallingClient): string[] {
  return client.received.map(({ type }) => type).filter((type) => type === 'ok' || type.startsWith('mls.'))
}

describe('a change of keys', () => {
  it('is answered to its committer before anything of the next one', async () => {
    const { visitId, host } = await twoInGroup()
    const [first, second] = [await admittedGuest(visitId, host), await admittedGuest(visitId, host)]
    host.client.forget()
    await register(first)
    await host.client.notified('mls.commit-wanted')
    await register(second)
    await host.client.request('mls.commit', known(commitOf(host.client)))
    await first.client.notified('mls.proposals')
    await host.client.until(() => host.client.notifications.filter(({ type }) => type === 'mls.commit-wanted')[1])
    const round = ['mls.proposals', 'mls.commit-wanted']
    expect(heardBy(host.client)).toEqual([...round, 'ok', ...round])
    expect(heardBy(first.client)).toEqual(['ok', 'ok', 'mls.welcome', 'mls.proposals'])
  })

  it('reaches who dropped off when they are back, in order and before what came later', async () => {
    const { visitId, host, patient } = await twoInGroup()
    const { lastSequence } = patient.client
    patient.client.drop()
    await host.client.notified('participant.connected', (one) => !one.connected)
    const guest = await admittedGuest(visitId, host)
    host.client.forget()
    await register(guest)
    await commit(host.client)
    await host.client.request('mls.data', { ...known(dataOf(guest.client)), message: 'BBBB' })
    const back = await world.connect()
    await back.resume(visitId, patient.hello.resumeToken, lastSequence)
    await back.notified('mls.data')
    expect(heardBy(back)).toEqual(['ok', 'mls.proposals', 'mls.commit', 'mls.data'])
  })

  it('happens once, though its committer drops off and sends it again', async () => {
    const { visitId, host } = await twoInGroup()
    await register(await admittedGuest(visitId, host))
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 1)
    const body = known(commitOf(host.client))
    const { lastSequence } = host.client
    host.client.sendText(JSON.stringify({ ...body, type: 'mls.commit', id: 80_000 }))
    host.client.drop()
    const back = await world.connect()
    await back.resume(visitId, host.hello.resumeToken, lastSequence)
    await back.request('mls.commit', body, 80_000)
    expect(await back.refusal('mls.commit', body)).toBe('mls-epoch')
  })

  it('follows a removal and a leave, and whoever is gone hears nothing of it', async () => {
    const { visitId, host, patient } = await twoInGroup()
    const guest = await admittedGuest(visitId, host)
    await register(guest)
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 1)
    await host.client.request('mls.commit', known(commitOf(host.client)))
    await host.client.request('remove', { participantId: patient.id })
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 2)
    await guest.client.notified('mls.proposals', ({ epoch }) => epoch === 2)
    expect(await patient.client.closed()).toBe(4000)
    expect(patient.client.notifications.some((one) => one.type === 'mls.proposals' && one.epoch === 2)).toBe(false)
    await guest.client.request('leave', {})
    await host.client.request('mls.commit', known(commitOf(host.client)))
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 3)
  })

  it('cuts off who is sent back, at once', async () => {
    const { host, patient } = await twoInGroup()
    const message = known(dataOf(patient.client))
    await patient.client.request('mls.data', message)
    await host.client.request('send-back', { participantId: patient.id })
    expect(await patient.client.refusal('mls.data', message)).toBe('not-admitted')
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 1)
    await register(patient)
    await host.client.request('mls.commit', known(commitOf(host.client)))
    await host.client.request('admit', { participantId: patient.id })
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 2)
  })

  it('is asked of the next member when nobody answers', async () => {
    const { visitId, host, patient } = await twoInGroup()
    await register(await admittedGuest(visitId, host))
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 1)
    timeIsOver()
    await patient.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 1)
    timeIsOver()
    await host.client.notified('mls.reset')
    expect(world.log.join('')).toContain('a group was given up')
  })

  it('that is under way when the visit ends leaves nothing behind', async () => {
    const { visitId, host } = await twoInGroup()
    await register(await admittedGuest(visitId, host))
    await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 1)
    await host.client.request('end', {})
    expect(await host.client.closed()).toBe(4000)
    expect(host.client.notifications.at(-1)).toMatchObject({ type: 'ended' })
    expect(world.rooms.status()).toEqual({ rooms: 0, members: 0, connected: 0, kept: 0 })
    expect(world.log.filter((line) => line.includes('"error"'))).toEqual([])
  })
})

describe('how a visit is encrypted', () => {
  it('is told with the key that signs for it, the same to everybody', async () => {
    const visitId = world.records.addVisit()
    const host = await world.arrive(visitId, 'host')
    const patient = await world.arrive(visitId, 'patient')
    expect(host.hello.encryption).toEqual({ mode: 'end-to-end', rosterKey: expect.stringMatching(/^[\w-]{43}$/) })
    expect(patient.hello.encryption).toEqual(host.hello.encryption)
    const { lastSequence } = patient.client
    const back = await world.connect()
    const resumed = await back.resume(visitId, patient.hello.resumeToken, lastSequence)
    expect(resumed.encryption).toEqual(host.hello.encryption)
  })

  it('only to the server leaves no place for messages about keys', async () => {
    const visitId = world.records.addVisit('transport')
    const { client, hello } = await world.arrive(visitId, 'host')
    expect(hello.encryption).toEqual({ mode: 'transport' })
    for (const type of ['mls.register', 'mls.created', 'mls.commit', 'mls.data'] as const) {
      expect(await client.refusal(type, requestBodies[type])).toBe('not-encrypted')
    }
    const patient = await world.arrive(visitId, 'patient')
    expect(await patient.client.refusal('mls.register', requestBodies['mls.register'])).toBe('not-encrypted')
    await client.request('admit', { participantId: patient.id })
    await world.join(patient)
  })
})

it('a flood of the longest messages grows no memory, though nobody reads them', async () => {
  await world.stop()
  let now = Date.now()
  world = await start({ limits: { messageBurst: 1_000_000 }, now: () => now })
  const { visitId, host, patient } = await twoInGroup()
  const guest = await admittedGuest(visitId, host)
  await register(guest)
  await host.client.notified('mls.commit-wanted', ({ epoch }) => epoch === 1)
  await host.client.request('mls.commit', known(commitOf(host.client)))
  await guest.client.notified('mls.welcome')
  const { lastSequence } = guest.client
  guest.client.drop()
  await host.client.notified('participant.connected', (one) => one.participantId === guest.id && !one.connected)
  host.client.stall()

  const message = 'A'.repeat((limits.mlsDataBytes * 4) / 3)
  const body = { ...known(dataOf(patient.client)), epoch: 2, message }
  const before = heapUsed()
  for (let sent = 0; sent < 2000; sent += 4) {
    // As many as somebody may send after a while.
    now += 10_000
    const [last] = await Promise.all(Array.from({ length: 4 }, () => patient.client.request('mls.data', body)))
    expect(last).toEqual({})
    patient.client.forget()
  }
  // 32 MB went through; what is kept is 1 MiB for each of the two, and what a socket holds.
  expect(heapUsed() - before).toBeLessThan(8 * 1024 * 1024)
  expect(world.log.join('')).toContain('a client does not keep up')
  const back = await world.connect()
  const returned = back.resume(visitId, guest.hello.resumeToken, lastSequence)
  await expect(returned).rejects.toMatchObject({ code: 'resume-refused' })
})

/** Bytes that are in use once everything that is not was thrown away. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('no collector')
  // The second time for the bytes outside the heap, which go once their owner has gone.
  collect()
  collect()
  const { heapUsed: heap, external } = process.memoryUsage()
  return heap + external
}
