import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Notification } from '@curtain/protocol'
import { camera, microphone } from '../../../tests/support/rtp-parameters.ts'
import type { SignallingClient } from '../../../tests/support/signalling-client.ts'
import { startSignallingWorld, type SignallingWorld } from '../../../tests/support/signalling-world.ts'

let world: SignallingWorld
beforeEach(async () => {
  world = await startSignallingWorld()
})
afterEach(() => world.stop())

function sequencesOf(client: SignallingClient): number[] {
  return client.notifications.map((one: Notification) => one.sequence)
}

describe('arriving', () => {
  it('puts a patient in the waiting room, who sees nobody and whom only the host sees', async () => {
    const visitId = world.records.addVisit()
    const host = await world.arrive(visitId, 'host')
    const patient = await world.arrive(visitId, 'patient')
    expect(patient.hello).toMatchObject({ resumed: false, sequence: 0, grants: [] })
    expect(patient.hello.participant.admission).toBe('waiting')
    expect(patient.hello.room).toMatchObject({ status: 'open', participants: [], waiting: [] })
    const { participant } = await host.client.notified('waiting.added')
    expect(participant).toMatchObject({ id: patient.id, admission: 'waiting', connected: true })
    expect(world.rooms.present(visitId)).toEqual(new Set([host.id, patient.id]))
  })

  it('goes in progress when two people are in, and open again when nobody is left', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    const { room } = await host.client.notified('room.started')
    expect(room).toMatchObject({ status: 'in-progress', startedAt: expect.any(String) })
    await patient.client.request('leave', {})
    expect(await patient.client.closed()).toBe(4000)
    await host.client.notified('participant.left', (one) => one.participantId === patient.id)
    expect(world.records.status(visitId)).toBe('in-progress')
    await host.client.request('leave', {})
    expect(await host.client.closed()).toBe(4000)
    await expect.poll(() => world.records.status(visitId)).toBe('open')
    expect(world.rooms.status()).toEqual({ rooms: 0, members: 0, connected: 0, kept: 0 })
  })

  it('takes an admitted person straight in after a restart', async () => {
    const { visitId, patient } = await world.twoInVisit()
    world.rooms.stop()
    const again = await world.arrive(visitId, patient.id)
    expect(again.hello.participant.admission).toBe('admitted')
    expect(again.hello.room.status).toBe('in-progress')
  })

  it('replaces the first connection when the same person comes with another ticket', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    await patient.client.request('producer.create', microphone(patient.joined.sendTransport.id))
    const second = await world.arrive(visitId, patient.id)
    await patient.client.notified('replaced')
    expect(await patient.client.closed()).toBe(4000)
    expect(second.hello).toMatchObject({ resumed: false, participant: { admission: 'admitted' } })
    await host.client.notified('producer.closed', (one) => one.participantId === patient.id)
    await world.join(second)
    expect(world.rooms.status()).toMatchObject({ members: 2, connected: 2 })
    expect(host.client.notifications.some((one) => one.type === 'participant.left')).toBe(false)
  })

  it('refuses a ticket of another visit, a used one and a made-up one alike', async () => {
    const visitId = world.records.addVisit()
    const other = world.records.addVisit()
    const used = world.records.ticket(world.records.addPerson(visitId, 'patient'))
    const first = await world.connect()
    await first.hello(visitId, used)
    for (const [visit, ticket] of [
      [other, world.records.ticket(world.records.addPerson(visitId, 'patient'))],
      [visitId, used],
      [visitId, 'A'.repeat(43)],
    ] as const) {
      const client = await world.connect()
      await expect(client.hello(visit, ticket)).rejects.toMatchObject({ code: 'ticket-invalid' })
      await client.closed()
    }
    expect(world.rooms.status()).toMatchObject({ rooms: 1, members: 1 })
  })

  it('lets nobody in when the arrival cannot be recorded', async () => {
    const visitId = world.records.addVisit()
    world.records.failNext('arrived')
    await expect(world.arrive(visitId, 'host')).rejects.toMatchObject({ code: 'internal' })
    expect(world.rooms.status()).toMatchObject({ rooms: 0, members: 0 })
  })

  it('keeps newcomers out of a locked room, but not those who were let in before', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    await host.client.request('lock', { locked: true })
    await patient.client.notified('room.locked', (one) => one.locked)
    await expect(world.arrive(visitId, 'guest')).rejects.toMatchObject({ code: 'visit-locked' })
    const again = await world.arrive(visitId, patient.id)
    expect(again.hello.room.locked).toBe(true)
    await host.client.request('lock', { locked: false })
    await world.arrive(visitId, 'guest')
  })

  it('has room for so many people and no more', async () => {
    await world.stop()
    world = await startSignallingWorld({ limits: { participants: 2, waiting: 1 } })
    const { visitId, host } = await world.twoInVisit()
    const guest = await world.arrive(visitId, 'guest')
    expect(await host.client.refusal('admit', { participantId: guest.id })).toBe('visit-full')
    await expect(world.arrive(visitId, 'guest')).rejects.toMatchObject({ code: 'visit-full' })
  })
})

describe('removing', () => {
  it('ends the connection, the place, the resume token and a ticket under way', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    const otherTab = world.records.ticket(patient.id)
    await host.client.request('remove', { participantId: patient.id })
    await patient.client.notified('removed')
    expect(await patient.client.closed()).toBe(4000)
    await host.client.notified('participant.left')
    const again = await world.connect()
    await expect(again.resume(visitId, patient.hello.resumeToken, 0)).rejects.toMatchObject({ code: 'resume-refused' })
    const tab = await world.connect()
    await expect(tab.hello(visitId, otherTab)).rejects.toMatchObject({ code: 'removed' })
    expect(await tab.closed()).toBe(4000)
  })

  it('wins over a second tab that arrives at the same moment', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    const tab = await world.connect()
    const arriving = tab.hello(visitId, world.records.ticket(patient.id)).catch(() => undefined)
    await host.client.request('remove', { participantId: patient.id })
    await arriving
    expect(await tab.closed()).toBe(4000)
    expect(world.rooms.present(visitId)).toEqual(new Set([host.id]))
  })

  it('does not happen when it cannot be recorded', async () => {
    const { host, patient } = await world.twoInVisit()
    world.records.failNext('removed')
    expect(await host.client.refusal('remove', { participantId: patient.id })).toBe('internal')
    await patient.client.request('ping', {})
  })

  it('refuses one who waits, sends back one who is in', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    const guest = await world.arrive(visitId, 'guest')
    await host.client.request('refuse', { participantId: guest.id })
    await guest.client.notified('refused')
    expect(await guest.client.closed()).toBe(4000)
    await host.client.notified('waiting.removed', (one) => one.participantId === guest.id)
    await host.client.request('send-back', { participantId: patient.id })
    await patient.client.notified('sent-back')
    expect(await patient.client.refusal('join', { rtpCapabilities: {} })).toBe('not-admitted')
    await host.client.notified('waiting.added', (one) => one.participant.id === patient.id)
    await host.client.request('admit', { participantId: patient.id })
    await patient.client.notified('admitted')
    await world.join(patient)
  })

  it('spares hosts and oneself', async () => {
    const { visitId, host } = await world.twoInVisit()
    const colleague = await world.arrive(visitId, 'host')
    expect(await host.client.refusal('remove', { participantId: colleague.id })).toBe('forbidden')
    expect(await host.client.refusal('send-back', { participantId: host.id })).toBe('forbidden')
  })
})

describe('ending', () => {
  it('tells everybody once it is on record, answers the host first, and leaves nothing', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    const waiting = await world.arrive(visitId, 'guest')
    await host.client.request('end', {})
    for (const { client } of [host, patient, waiting]) {
      await client.notified('ended')
      expect(await client.closed()).toBe(4000)
    }
    expect(world.records.status(visitId)).toBe('ended')
    expect(world.rooms.status().rooms).toBe(0)
    expect(world.pool.status()[0]).toMatchObject({ rooms: 0, transports: 0 })
  })

  it('by the data side lets everybody go', async () => {
    const { visitId, patient } = await world.twoInVisit()
    world.rooms.close(visitId, 'cancelled')
    await patient.client.notified('cancelled')
    expect(await patient.client.closed()).toBe(4000)
  })

  it('of a session closes its connections for good', async () => {
    const { host, patient } = await world.twoInVisit()
    world.rooms.endSession(world.records.sessionOf(host.id))
    expect(await host.client.closed()).toBe(4000)
    expect(await host.client.complaint()).toBe('not-signed-in')
    await patient.client.notified('participant.left', (one) => one.participantId === host.id)
  })

  it('tells listeners about each change of people', async () => {
    const visits = new Set<string>()
    const stop = world.rooms.onChange((change) => visits.add(change.visitId))
    const { visitId } = await world.twoInVisit()
    stop()
    await world.arrive(world.records.addVisit(), 'host')
    expect(visits).toEqual(new Set([visitId]))
  })
})

describe('coming back', () => {
  it('resumes with what was missed, in order, and everybody sees the drop and the return', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    const { lastSequence } = patient.client
    patient.client.drop()
    await host.client.notified('participant.connected', (one) => one.participantId === patient.id && !one.connected)
    await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
    await host.client.request('lock', { locked: true })
    const back = await world.connect()
    const hello = await back.resume(visitId, patient.hello.resumeToken, lastSequence)
    expect(hello.resumed).toBe(true)
    await back.notified('room.locked')
    await back.notified('consumer.added')
    await back.notified('speaking')
    expect(sequencesOf(back)).toEqual(back.notifications.map((_, place) => lastSequence + 1 + place))
    await host.client.notified('participant.connected', (one) => one.connected)
    await back.request('transport.restart-ice', { transportId: patient.joined.receiveTransport.id })
  })

  it('gives a new token each time; the old one stops working once the new one is in use', async () => {
    const { visitId, patient } = await world.twoInVisit()
    const first = await world.connect()
    const second = await world.connect()
    await first.resume(visitId, patient.hello.resumeToken, patient.client.lastSequence)
    // The answer with the new token may have been lost: the old one works once more.
    const hello = await second.resume(visitId, patient.hello.resumeToken, patient.client.lastSequence)
    expect(await first.closed()).toBe(4003)
    await second.request('ping', {})
    const third = await world.connect()
    await expect(third.resume(visitId, patient.hello.resumeToken, 0)).rejects.toMatchObject({ code: 'resume-refused' })
    const fourth = await world.connect()
    await fourth.resume(visitId, hello.resumeToken, 0)
    expect(await second.closed()).toBe(4003)
  })

  it('answers a request again by its id and does it once, also while it is still running', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    const { lastSequence } = host.client
    const guest = await world.arrive(visitId, 'guest')
    host.client.sendText(JSON.stringify({ type: 'admit', id: 900_000, participantId: guest.id }))
    host.client.drop()
    const back = await world.connect()
    await back.resume(visitId, host.hello.resumeToken, lastSequence)
    await Promise.all([
      back.request('admit', { participantId: guest.id }, 900_000),
      back.request('admit', { participantId: guest.id }, 900_000),
    ])
    await back.request('admit', { participantId: guest.id }, 900_000)
    await patient.client.notified('participant.joined', (one) => one.participant.id === guest.id)
    expect(world.records.journal.filter((entry) => entry === 'admitted')).toHaveLength(2)
  })

  it('repeats the answer to a join as things are now', async () => {
    const { host, patient } = await world.twoInVisit()
    const { producerId } = await host.client.request('producer.create', camera(host.joined.sendTransport.id))
    await patient.client.notified('consumer.added')
    const { rtpCapabilities } = { rtpCapabilities: patient.hello.routerRtpCapabilities }
    const joined = await patient.client.request('join', { rtpCapabilities }, 500_000)
    expect(joined.consumers).toHaveLength(1)
    await host.client.request('producer.close', { producerId })
    await patient.client.notified('consumer.closed', (one) => one.consumerId === joined.consumers[0]?.id)
    const again = await patient.client.request('join', { rtpCapabilities }, 500_000)
    expect(again.sendTransport.id).toBe(joined.sendTransport.id)
    expect(again.consumers).toEqual([])
  })

  it('starts afresh when more was missed than is kept, or the client is ahead of us', async () => {
    await world.stop()
    world = await startSignallingWorld({ limits: { resumeNotifications: 4 } })
    const { visitId, host, patient } = await world.twoInVisit()
    const { lastSequence } = patient.client
    patient.client.drop()
    for (let turn = 0; turn < 6; turn++) await host.client.request('lock', { locked: turn % 2 === 0 })
    const behind = await world.connect()
    await expect(behind.resume(visitId, patient.hello.resumeToken, lastSequence)).rejects.toMatchObject({
      code: 'resume-refused',
    })
    const ahead = await world.connect()
    await expect(ahead.resume(visitId, patient.hello.resumeToken, 10_000)).rejects.toMatchObject({ code: 'resume-refused' })
    const afresh = await world.arrive(visitId, patient.id)
    expect(afresh.hello).toMatchObject({ resumed: false, sequence: 0, participant: { admission: 'admitted' } })
  })

  it('finds the place given up after a while, and the media closed', async () => {
    await world.stop()
    world = await startSignallingWorld({ limits: { resumeMs: 30 } })
    const { visitId, host, patient } = await world.twoInVisit()
    await patient.client.request('producer.create', microphone(patient.joined.sendTransport.id))
    patient.client.drop()
    await host.client.notified('participant.left')
    await host.client.notified('consumer.closed')
    expect(world.records.journal).toContain('departed lost')
    const late = await world.connect()
    await expect(late.resume(visitId, patient.hello.resumeToken, 0)).rejects.toMatchObject({ code: 'resume-refused' })
    expect(world.pool.status()[0]).toMatchObject({ transports: 2, producers: 0, consumers: 0 })
  })
})
