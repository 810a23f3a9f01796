import { afterEach, describe, expect, it } from 'vitest'
import { camera, microphone, vp8 } from '../../../tests/support/rtp-parameters.ts'
import { startSignallingWorld, type Joined, type SignallingWorld } from '../../../tests/support/signalling-world.ts'

let world: SignallingWorld
afterEach(() => world.stop())

/** The layer that a sender was told last. */
async function watched(sender: Joined, producerId: string, layer: number | null): Promise<void> {
  await sender.client.until(() => {
    const told = sender.client.notifications.filter(
      (one) => one.type === 'producer.watched-layer' && one.producerId === producerId,
    )
    const last = told.at(-1)
    return last?.type === 'producer.watched-layer' && last.spatialLayer === layer ? true : undefined
  })
}

describe('watched layers', () => {
  it('are pushed to the sender as receivers come, shrink, pause and go', async () => {
    world = await startSignallingWorld()
    const { visitId, host, patient } = await world.twoInVisit()
    const { producerId } = await host.client.request('producer.create', camera(host.joined.sendTransport.id))
    const { consumer } = await patient.client.notified('consumer.added')
    await patient.client.request('consumer.prefer-layer', { consumerId: consumer.id, spatialLayer: 0 })
    await watched(host, producerId, 0)
    await patient.client.request('consumer.prefer-layer', { consumerId: consumer.id, spatialLayer: 1 })
    await watched(host, producerId, 1)
    await patient.client.request('consumer.pause', { consumerId: consumer.id })
    await watched(host, producerId, null)
    const guest = await world.arrive(visitId, 'guest')
    await host.client.request('admit', { participantId: guest.id })
    await world.join(guest)
    await watched(host, producerId, 2)
    await guest.client.request('leave', {})
    await watched(host, producerId, null)
    await patient.client.request('consumer.resume', { consumerId: consumer.id })
    await watched(host, producerId, 1)
  })

  it('are none for a camera that nobody is there to see', async () => {
    world = await startSignallingWorld()
    const host = await world.join(await world.arrive(world.records.addVisit(), 'host'))
    const { producerId } = await host.client.request('producer.create', camera(host.joined.sendTransport.id))
    await watched(host, producerId, null)
  })
})

describe('joining', () => {
  it('answers with both transports and a paused consumer of everything, and again after a second join', async () => {
    world = await startSignallingWorld()
    const { visitId, host, patient } = await world.twoInVisit()
    await host.client.request('producer.create', camera(host.joined.sendTransport.id))
    await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
    const guest = await world.arrive(visitId, 'guest')
    await host.client.request('admit', { participantId: guest.id })
    const { joined } = await world.join(guest)
    expect(joined.consumers.map(({ source }) => source).toSorted()).toEqual(['camera', 'microphone'])
    expect(joined.room.participants.find(({ id }) => id === host.id)?.producers).toHaveLength(2)
    const protocols = new Set(joined.sendTransport.iceCandidates.map(({ protocol }) => protocol))
    expect(protocols).toEqual(new Set(['udp', 'tcp']))
    const again = await world.join(guest)
    expect(again.joined.sendTransport.id).not.toBe(joined.sendTransport.id)
    expect(world.pool.status()[0]).toMatchObject({ transports: 6, producers: 2, consumers: 4 })
    await patient.client.request('ping', {})
  })
})

describe('when a media worker dies', () => {
  it('only its rooms are rebuilt, on another worker, with people, roles, lock and waiting room as they were', async () => {
    world = await startSignallingWorld({ workers: 2 })
    const first = await world.twoInVisit()
    const second = await world.twoInVisit()
    const waiting = await world.arrive(first.visitId, 'guest')
    await first.host.client.request('lock', { locked: true })
    await first.host.client.request('producer.create', microphone(first.host.joined.sendTransport.id))
    await first.patient.client.notified('consumer.added')
    const before = world.pool.status()
    const dead = before.find(({ producers }) => producers === 1)
    process.kill(dead!.pid!, 'SIGKILL')

    for (const { client } of [first.host, first.patient]) await client.notified('room.rebuilt')
    const [host, patient] = await Promise.all([world.join(first.host), world.join(first.patient)])
    expect(host.joined.room).toMatchObject({ status: 'in-progress', locked: true, participants: [{}, {}], waiting: [{}] })
    expect(host.joined.room.waiting[0]?.id).toBe(waiting.id)
    const { producerId } = await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
    await patient.client.notified('consumer.added', ({ consumer }) => consumer.producerId === producerId)

    await second.host.client.request('transport.restart-ice', { transportId: second.host.joined.sendTransport.id })
    for (const { client } of [second.host, second.patient, waiting]) {
      expect(client.notifications.some(({ type }) => type === 'room.rebuilt')).toBe(false)
    }
    expect(world.records.journal).not.toContain('emptied')
  })

  it('on a server with a single worker, joining waits for its successor', async () => {
    world = await startSignallingWorld()
    const { host, patient } = await world.twoInVisit()
    process.kill(world.pool.status()[0]!.pid!, 'SIGKILL')
    await host.client.notified('room.rebuilt')
    await Promise.all([world.join(host), world.join(patient)])
    expect(world.pool.status()[0]).toMatchObject({ rooms: 1, transports: 4 })
  })

  it('somebody who had dropped off learns of it when they resume', async () => {
    world = await startSignallingWorld()
    const { visitId, host, patient } = await world.twoInVisit()
    const { lastSequence } = patient.client
    patient.client.drop()
    await host.client.notified('participant.connected', (one) => !one.connected)
    process.kill(world.pool.status()[0]!.pid!, 'SIGKILL')
    await host.client.notified('room.rebuilt')
    const back = await world.connect()
    await back.resume(visitId, patient.hello.resumeToken, lastSequence)
    await back.notified('room.rebuilt')
    expect(await back.refusal('transport.restart-ice', { transportId: patient.joined.sendTransport.id })).toBe('not-joined')
  })
})

describe('a shared screen', () => {
  const screenOf = ({ joined }: Joined) => ({ ...camera(joined.sendTransport.id), source: 'screen', rtpParameters: vp8(1) }) as const

  it('is on record before anybody sees it, and so is its end', async () => {
    world = await startSignallingWorld()
    const { host, patient } = await world.twoInVisit()
    await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
    expect(world.records.journal).not.toContain('screen shared')
    const { producerId } = await host.client.request('producer.create', screenOf(host))
    expect(world.records.journal).toContain('screen shared')
    await patient.client.notified('consumer.added', ({ consumer }) => consumer.source === 'screen')
    expect(world.records.journal).not.toContain('screen stopped')
    await host.client.request('producer.close', { producerId })
    expect(world.records.journal).toContain('screen stopped')
  })

  it('is shown to nobody when that could not be recorded, and ends all the same when its end could not be', async () => {
    world = await startSignallingWorld()
    const { host, patient } = await world.twoInVisit()
    world.records.failNext('screenShared')
    expect(await host.client.refusal('producer.create', screenOf(host))).toBe('internal')
    expect(patient.client.notifications.filter(({ type }) => type === 'consumer.added')).toEqual([])
    const { producerId } = await host.client.request('producer.create', screenOf(host))
    await patient.client.notified('consumer.added')
    world.records.failNext('screenShared')
    await host.client.request('producer.close', { producerId })
    await patient.client.notified('producer.closed', (one) => one.producerId === producerId)
  })
})
