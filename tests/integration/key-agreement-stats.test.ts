import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Device, fingerprintOf, KeyAgreement, nameOf } from '../support/key-agreement.ts'
import { quiet } from '../support/quiet-crypto.ts'

// Random schedules over the real delivery service, real sessions and real MLS: people come, are let in, leave, drop off,
// come back and are replaced, while messages travel in any order that connections allow.

const people = 6
const somebody = fc.nat({ max: people - 1 })
const one = <const Do extends string>(what: Do, weight: number) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(what), who: somebody }),
})
/** What connections and people do. Signalling repeats what was lost on a drop, so nothing is lost here. */
const step = fc.oneof(
  one('come', 3),
  one('arrive', 1),
  one('admit', 1),
  one('leave', 2),
  one('sendBack', 1),
  one('drop', 1),
  one('resume', 1),
  one('say', 1),
  one('wait', 1),
  // One message travels, or all that are on their way for one device.
  one('up', 4),
  one('down', 6),
  one('catchUp', 6),
)
/** What should not happen, and may where a server or a network misbehaves. */
const fault = fc.oneof(one('lose', 1), one('double', 1))
type Do<From> = From extends fc.Arbitrary<infer Step> ? Step : never
type Step = Do<typeof step> | Do<typeof fault>

/** Some people are in already; then the schedule runs. */
async function play(world: KeyAgreement, steps: readonly Step[]): Promise<void> {
  for (let number = 0; number < people / 2; number++) world.admit(world.arrive(number))
  await world.calm()
  for (const { do: what, who } of steps) {
    const device = world.present.find(({ participantId }) => participantId === world.participant(who))
    if (what === 'arrive') world.arrive(who)
    else if (what === 'come') world.admit(world.arrive(who))
    else if (what === 'wait') world.pass(1100)
    else if (device !== undefined) await act(world, device, what)
    await quiet()
  }
}

async function act(world: KeyAgreement, device: Device, what: Exclude<Step['do'], 'arrive' | 'come' | 'wait'>): Promise<void> {
  if (what === 'admit' && !device.isAdmitted) world.admit(device)
  if (what === 'leave') world.leave(device)
  if (what === 'sendBack' && device.isAdmitted) world.sendBack(device)
  if (what === 'drop' && device.isConnected) world.setConnected(device, false)
  if (what === 'resume' && !device.isConnected) world.setConnected(device, true)
  if (what === 'say') void device.session.send(new TextEncoder().encode('hello')).catch(() => undefined)
  if (what === 'up' && device.isConnected) device.toServer.shift()?.()
  if (what === 'down' && device.isConnected) device.toDevice.shift()?.()
  if (what === 'catchUp' && device.isConnected) await world.catchUp(device)
  if (what === 'lose') device.toDevice.shift()
  if (what === 'double' && device.toDevice[0] !== undefined) device.toDevice.unshift(device.toDevice[0])
}

/** Everybody in the visit has the same keys, they are for exactly these people, and nobody else ever had them. */
async function agree(world: KeyAgreement): Promise<void> {
  expect(world.failures).toEqual([])
  const inVisit = world.present.filter(({ isAdmitted }) => isAdmitted)
  const wanted = inVisit.map(({ participantId }) => participantId).toSorted()
  for (const device of inVisit) {
    const members = (device.epoch?.members ?? []).map(({ participantId }) => participantId).toSorted()
    expect({ problems: device.problems, members }).toMatchObject({ members: wanted })
  }
  const last = await Promise.all(inVisit.map(({ epoch }) => fingerprintOf(epoch!)))
  expect(new Set(last).size).toBe(Math.min(inVisit.length, 1))

  const keys = new Map<string, { fingerprint: string; members: readonly string[] }>()
  for (const device of world.devices) {
    for (const epoch of device.epochs) {
      const members = epoch.members.map(({ participantId }) => participantId)
      expect(members).toContain(device.participantId)
      const fingerprint = await fingerprintOf(epoch)
      const known = keys.get(nameOf(epoch))
      if (known === undefined) keys.set(nameOf(epoch), { fingerprint, members })
      else expect({ fingerprint, members }).toEqual(known)
    }
  }
  expect(new Set([...keys.values()].map(({ fingerprint }) => fingerprint)).size).toBe(keys.size)
}

/** One more person comes in: whoever could not follow notices at the latest now. */
async function oneMore(world: KeyAgreement): Promise<void> {
  await world.calm()
  world.admit(world.arrive(people))
  await world.calm()
}

describe('the members of a visit agree on their keys', () => {
  test('whatever people and connections do, and nobody has to start over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), async (steps) => {
        using world = await KeyAgreement.open()
        await play(world, steps)
        await oneMore(world)
        await agree(world)
        expect(world.devices.flatMap(({ problems }) => problems)).toEqual([])
      }),
      { numRuns: Number(process.env['RUNS'] ?? 12), seed: Number(process.env['SEED']), interruptAfterTimeLimit: 900000, verbose: 1 },
    )
  })

  test('also when messages are lost or come twice: whoever could not follow comes back in', async () => {
    const steps = fc.array(fc.oneof({ weight: 12, arbitrary: step }, { weight: 1, arbitrary: fault }), { minLength: 40, maxLength: 120, size: 'max' })
    await fc.assert(
      fc.asyncProperty(steps, async (faulty) => {
        using world = await KeyAgreement.open()
        await play(world, faulty)
        await oneMore(world)
        await agree(world)
      }),
      { numRuns: Number(process.env['RUNS'] ?? 12), seed: Number(process.env['SEED']), interruptAfterTimeLimit: 900000, verbose: 1 },
    )
  })

  test('twelve who arrive at once take a few changes of keys, not twelve', async () => {
    using world = await KeyAgreement.open()
    const devices = Array.from({ length: 12 }, (_, number) => world.arrive(number))
    for (const device of devices) world.admit(device)
    await world.calm()
    await agree(world)
    expect(devices[0]!.epochs.length).toBeLessThanOrEqual(4)
  })

  test('a join during a leave, two joins at once, and a committer who dies in the middle', async () => {
    using world = await KeyAgreement.open()
    const [first, second, third] = [world.arrive(0), world.arrive(1), world.arrive(2)]
    for (const device of [first, second, third]) world.admit(device)
    await world.calm()
    world.leave(third)
    world.admit(world.arrive(3))
    world.admit(world.arrive(4))
    await quiet()
    // The others hear who is asked; the one who is asked never answers.
    const asked = [first, second].find((device) => device.toDevice.length > 0)!
    while (asked.toDevice.length > 0) {
      asked.toDevice.shift()?.()
      await quiet()
    }
    world.leave(asked)
    await world.calm()
    await agree(world)
    expect(world.present).toHaveLength(3)
  })
})
