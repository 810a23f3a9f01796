import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MediaSource, ParticipantId, VisitId } from '@curtain/protocol'
import { commitOf, createdOf, dataOf, makeKeyPackage } from '../../../tests/support/group-requests.ts'
import { requestBodies } from '../../../tests/support/request-bodies.ts'
import { dtlsParameters, opus, vp8 } from '../../../tests/support/rtp-parameters.ts'
import type { SignallingClient } from '../../../tests/support/signalling-client.ts'
import { startSignallingWorld, type SignallingWorld } from '../../../tests/support/signalling-world.ts'

let world: SignallingWorld
beforeAll(async () => {
  world = await startSignallingWorld({ limits: { resumeMs: 5, commitMs: 50, messageBurst: 10_000 } })
})
afterAll(() => world.stop())

const roles = ['host', 'host', 'patient', 'guest'] as const
type Person = 0 | 1 | 2 | 3
const person = fc.constantFrom<Person>(0, 1, 2, 3)
const source = fc.constantFrom<MediaSource>('microphone', 'camera', 'screen')
const acts = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('arrive' as const), who: person }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const), who: person }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('join' as const), who: person }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('produce' as const), who: person, source }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('close-producer', 'pause', 'connect', 'consume'), who: person }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('register', 'lose', 'created', 'commit', 'commit', 'say'), who: person }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('leave', 'drop', 'garbage', 'lock'), who: person }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('admit', 'admit', 'refuse', 'remove', 'send-back', 'mute'),
      who: person,
      whom: person,
    }),
  },
)
/** What a person does. Mostly they wait for the answer; else the next thing happens at the same time. */
const action = fc.tuple(acts, fc.integer({ min: 0, max: 9 }).map((chance) => chance < 7))
type Action = typeof acts extends fc.Arbitrary<infer One> ? One : never

/** How each visit begins, so that most of what follows has somebody to happen to. */
const beginning: Action[] = [
  { do: 'arrive', who: 0 },
  { do: 'arrive', who: 2 },
  { do: 'arrive', who: 3 },
  { do: 'admit', who: 0, whom: 2 },
  { do: 'join', who: 0 },
  { do: 'join', who: 2 },
  { do: 'register', who: 0 },
  { do: 'created', who: 0 },
  { do: 'register', who: 2 },
  { do: 'commit', who: 0 },
  { do: 'admit', who: 0, whom: 3 },
  { do: 'register', who: 3 },
  { do: 'commit', who: 0 },
]

interface Actor {
  id: ParticipantId
  client: SignallingClient | null
}

/** What the last answer of some kind said, of what this client has heard. */
function heard(client: SignallingClient, key: string): unknown {
  for (const message of client.received.toReversed()) {
    if (message.type === 'ok' && typeof message.result === 'object' && message.result !== null && key in message.result) {
      return Reflect.get(message.result, key)
    }
  }
  return undefined
}

const seen = new Set<string>()
let lastId = 1_000_000
function say(actor: Actor, type: string, body: object = {}): void {
  actor.client?.sendText(JSON.stringify({ ...body, type, id: ++lastId }))
}

/** The last thing said was answered, or never will be. */
async function answered(client: SignallingClient | null): Promise<void> {
  const id = lastId
  await client?.until(() => client.received.find((message) => 'id' in message && message.id === id)).catch(() => undefined)
}

/** What is to be done about keys has been asked for: this one waits behind it. */
async function hasBeenAsked(actor: Actor): Promise<void> {
  say(actor, 'mls.data', requestBodies['mls.data'])
  await answered(actor.client)
}

function transportOf(actor: Actor): string {
  const transport = actor.client === null ? undefined : heard(actor.client, 'sendTransport')
  const id: unknown = typeof transport === 'object' && transport !== null ? Reflect.get(transport, 'id') : undefined
  return typeof id === 'string' ? id : 'none'
}

async function act(visitId: VisitId, actors: readonly Actor[], one: Action): Promise<void> {
  const actor = actors[one.who]!
  const producerId = (actor.client === null ? undefined : heard(actor.client, 'producerId')) ?? 'none'
  const greet = async (auth: object) => {
    const client = await world.connect()
    client.sendText(JSON.stringify({ type: 'hello', id: ++lastId, protocolVersion: 1, visitId, auth }))
    actor.client = client
  }
  switch (one.do) {
    case 'arrive':
      return greet({ ticket: world.records.ticket(actor.id) })
    case 'resume': {
      const resumeToken = actor.client === null ? undefined : heard(actor.client, 'resumeToken')
      if (actor.client !== null && resumeToken !== undefined) {
        await greet({ resumeToken, lastSequence: actor.client.lastSequence })
      }
      return
    }
    case 'join':
      return say(actor, 'join', { rtpCapabilities: (actor.client && heard(actor.client, 'routerRtpCapabilities')) ?? {} })
    case 'produce': {
      const kind = one.source === 'microphone' ? 'audio' : 'video'
      const rtpParameters = kind === 'audio' ? opus() : vp8(one.source === 'camera' ? 3 : 1)
      return say(actor, 'producer.create', { transportId: transportOf(actor), kind, source: one.source, rtpParameters })
    }
    case 'close-producer':
      return say(actor, 'producer.close', { producerId })
    case 'pause':
      return say(actor, 'producer.pause', { producerId })
    case 'connect':
      return say(actor, 'transport.connect', { transportId: transportOf(actor), dtlsParameters })
    case 'consume': {
      const added = actor.client?.notifications.find((message) => message.type === 'consumer.added')
      return say(actor, 'consumer.resume', { consumerId: added?.type === 'consumer.added' ? added.consumer.id : 'none' })
    }
    case 'register':
      return say(actor, 'mls.register', { keyPackage: await makeKeyPackage(actor.id) })
    case 'lose': {
      const data = actor.client && dataOf(actor.client)
      const lost = data === null ? null : { groupId: data.groupId, epoch: data.epoch }
      return say(actor, 'mls.register', { keyPackage: await makeKeyPackage(actor.id), lost })
    }
    case 'created':
      await hasBeenAsked(actor)
      return say(actor, 'mls.created', (actor.client && createdOf(actor.client)) ?? {})
    case 'commit':
      await hasBeenAsked(actor)
      return say(actor, 'mls.commit', (actor.client && commitOf(actor.client)) ?? {})
    case 'say':
      return say(actor, 'mls.data', (actor.client && dataOf(actor.client)) ?? {})
    case 'lock':
      return say(actor, 'lock', { locked: lastId % 2 === 0 })
    case 'leave':
      return say(actor, 'leave')
    case 'drop':
      return actor.client?.drop()
    case 'garbage':
      return actor.client?.sendText('{')
    case 'admit':
    case 'refuse':
    case 'remove':
    case 'send-back':
    case 'mute':
      return 'whom' in one ? say(actor, one.do, { participantId: actors[one.whom]!.id }) : undefined
  }
}

async function nothingIsLeft(): Promise<void> {
  const nobody = { rooms: 0, members: 0, connected: 0, kept: 0 }
  await expect.poll(() => world.rooms.status()).toEqual(nobody)
  await expect.poll(() => world.signalling.connections()).toBe(0)
  const nothing = { rooms: 0, transports: 0, producers: 0, consumers: 0 }
  await expect.poll(() => world.pool.status()[0]).toMatchObject(nothing)
}

it('60 sequences of messages by several clients leave nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40, size: 'max' }), async (actions) => {
      const visitId = world.records.addVisit()
      const actors = roles.map((role): Actor => ({ id: world.records.addPerson(visitId, role), client: null }))
      const clients: SignallingClient[] = []
      for (const [one, waits] of [...beginning.map((first) => [first, true] as const), ...actions]) {
        const before = lastId
        await act(visitId, actors, one)
        if (waits && lastId !== before) await answered(actors[one.who]!.client)
        for (const { client } of actors) if (client !== null && !clients.includes(client)) clients.push(client)
      }
      for (const client of clients) {
        // Each notification has the next number, whatever happened.
        for (const { type } of client.received) seen.add(type)
        const sequences = client.notifications.map(({ sequence }) => sequence)
        expect(sequences).toEqual(sequences.map((_, place) => sequences[0]! + place))
        client.drop()
      }
      await nothingIsLeft()
    }),
    // Shrinking would wait out the time limit once per attempt; the seed is enough to look into it.
    { numRuns: 60, endOnFailure: true },
  )
  // It was about something. (Groups that are given up are not among it: whether one is depends on how fast the answers come.)
  for (const type of ['consumer.added', 'consumer.closed', 'participant.left', 'replaced', 'mls.welcome', 'mls.commit', 'mls.data']) {
    expect(seen).toContain(type)
  }
  expect(world.log.filter((line) => line.includes('request failed') || line.includes('keys could not be changed'))).toEqual([])
  // What the worker itself says, in case our own count is wrong.
  const { router, webRtcServer } = await world.pool.openRouter()
  expect(await webRtcServer.dump()).toMatchObject({ webRtcTransportIds: [], localIceUsernameFragments: [] })
  router.close()
})
