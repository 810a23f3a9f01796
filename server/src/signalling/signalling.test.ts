import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits, requests } from '@curtain/protocol'
import { nobody, requestBodies } from '../../../tests/support/request-bodies.ts'
import { camera, dtlsParameters, microphone, opus, vp8 } from '../../../tests/support/rtp-parameters.ts'
import { refusedUpgrade } from '../../../tests/support/signalling-client.ts'
import { startSignallingWorld, type SignallingWorld } from '../../../tests/support/signalling-world.ts'

let world: SignallingWorld
let clock: number
beforeEach(async () => {
  clock = 0
  world = await startSignallingWorld({ signalling: { now: () => clock } })
})
afterEach(() => world.stop())

const hostOnly = ['admit', 'refuse', 'send-back', 'remove', 'mute', 'lock', 'end'] as const

describe('before anything else', () => {
  it('refuses pages of other sites, other paths and too many connections of one address', async () => {
    expect(await refusedUpgrade(world.url, { origin: 'https://evil.example' })).toBe(403)
    expect(await refusedUpgrade(world.url, { origin: 'null' })).toBe(403)
    expect(await refusedUpgrade(world.url, { origin: 'https://clinic.example' })).toBeUndefined()
    // A name that was pointed here has a `Host` header to match its `Origin`.
    expect(await refusedUpgrade(world.url, { origin: new URL(world.url).origin.replace('ws:', 'http:') })).toBe(403)
    expect(await refusedUpgrade(world.url.replace('/v1/signal', '/v2/signal'))).toBe(404)
    await world.stop()
    world = await startSignallingWorld({ signalling: { connectionsPerAddress: 1 } })
    const only = await world.connect()
    expect(await refusedUpgrade(world.url)).toBe(429)
    only.close()
    await only.closed()
    await expect.poll(() => world.signalling.connections()).toBe(0)
    expect(await refusedUpgrade(world.url)).toBeUndefined()
  })

  it.each(['//', 'http://[', '/v1/signal/', '/%'])('refuses an upgrade of %s and lets go of the socket', async (target) => {
    const socket = connect({ port: Number(new URL(world.url).port), host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => undefined)
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
    await once(socket, 'end')
    expect(answer).toMatch(/^HTTP\/1.1 404 /)
    // This end never closes; what is written meets nobody, as the server does not keep its end.
    await expect.poll(() => socket.destroyed || !socket.write('x')).toBe(true)
    await world.connect()
  })

  it.each(Object.entries(requestBodies))('answers %s from a stranger with an error and closes', async (type, body) => {
    const client = await world.connect()
    expect(await client.codeOf(type, body, 1)).toBe('not-signed-in')
    expect(await client.closed()).toBe(4001)
  })

  it('closes a connection that does not say hello in time', async () => {
    await world.stop()
    world = await startSignallingWorld({ limits: { helloMs: 20 } })
    const client = await world.connect()
    expect(await client.complaint()).toBe('not-signed-in')
    expect(await client.closed()).toBe(4001)
  })

  it('names a protocol version that it does not speak, whatever else the hello holds', async () => {
    const client = await world.connect()
    expect(await client.codeOf('hello', { protocolVersion: 99, something: 'new' }, 1)).toBe('unsupported-protocol')
    expect(await client.closed()).toBe(4001)
  })

  it('refuses a hello that makes no sense', async () => {
    const client = await world.connect()
    expect(await client.codeOf('hello', { protocolVersion: limits.protocolVersion, visitId: 'vis_1' }, 1)).toBe('invalid-message')
    expect(await client.closed()).toBe(4001)
  })
})

describe('grants', () => {
  /** What somebody who waits may do, and what comes of it. */
  const harmless = new Map([['ping', 'ok'], ['leave', 'ok'], ['mls.register', 'key-package-invalid']])

  it.each(Object.entries(requestBodies))('let somebody who waits do no %s', async (type, body) => {
    const visitId = world.records.addVisit()
    await world.arrive(visitId, 'host')
    const { client } = await world.arrive(visitId, 'patient')
    expect(await client.codeOf(type, body, 7)).toBe(harmless.get(type) ?? 'not-admitted')
  })

  it('leave running the visit to the host', async () => {
    const { host, patient } = await world.twoInVisit()
    for (const [place, type] of hostOnly.entries()) {
      expect(await patient.client.codeOf(type, requestBodies[type], 1000 + place)).toBe('forbidden')
    }
    expect(await host.client.codeOf('admit', nobody, 2000)).toBe('participant-not-found')
  })

  it('put a refusal on record before it is told, and a flood of them as one number', async () => {
    const { host, patient } = await world.twoInVisit()
    const { client } = patient
    const denials = () => world.records.journal.filter((entry) => entry.startsWith('denied'))
    for (const id of [1001, 1002, 1003]) {
      expect(await client.codeOf('end', {}, id)).toBe('forbidden')
      expect(denials()).toEqual(['denied end forbidden 1'])
    }
    expect(await client.codeOf('lock', { locked: true }, 1004)).toBe('forbidden')
    clock += 60_000
    expect(await client.codeOf('end', {}, 1005)).toBe('forbidden')
    expect(denials()).toEqual(['denied end forbidden 1', 'denied lock forbidden 1', 'denied end forbidden 3'])
    // A host is in by who they are: whoever may remove others may not remove them.
    expect(await host.client.codeOf('remove', { participantId: host.id }, 2001)).toBe('forbidden')
    expect(denials().at(-1)).toBe('denied remove forbidden 1')
  })

  it('refuse even when the record of it cannot be kept', async () => {
    const { patient } = await world.twoInVisit()
    world.records.failNext('denied')
    expect(await patient.client.codeOf('end', {}, 1001)).toBe('forbidden')
    expect(world.log.join('')).toContain('a denial could not be recorded')
  })

  it('cover every request there is', () => {
    expect(new Set(Object.keys(requestBodies))).toEqual(new Set(Object.keys(requests).filter((type) => type !== 'hello')))
  })
})

describe('messages that are not right', () => {
  it('each get a coded error and leave the room unharmed', async () => {
    const { host, patient } = await world.twoInVisit()
    const { client } = patient
    const complaints = async (send: () => void) => {
      client.forget()
      send()
      return client.complaint()
    }
    expect(await complaints(() => client.sendText('{'))).toBe('invalid-message')
    expect(await complaints(() => client.sendText('null'))).toBe('invalid-message')
    expect(await complaints(() => client.sendText('{"type":"ping"}'))).toBe('invalid-message')
    expect(await complaints(() => client.sendText('{"type":"ping","id":-1}'))).toBe('invalid-message')
    expect(await complaints(() => client.sendText('{"type":"ping","id":"1"}'))).toBe('invalid-message')
    expect(await complaints(() => client.sendText(`{"type":"${'x'.repeat(65)}","id":1}`))).toBe('invalid-message')
    expect(await complaints(() => client.sendText(' '.repeat(limits.messageBytes + 1)))).toBe('message-too-large')
    expect(await client.codeOf('record', {}, 801)).toBe('unknown-message')
    expect(await client.codeOf('toString', {}, 802)).toBe('unknown-message')
    expect(await client.codeOf('__proto__', {}, 803)).toBe('unknown-message')
    expect(await client.codeOf('hello', {}, 804)).toBe('invalid-message')
    expect(await client.codeOf('lock', { locked: 'yes' }, 805)).toBe('invalid-message')
    expect(await client.codeOf('quality.report', { quality: 5 }, 806)).toBe('invalid-message')
    await client.request('ping', {})
    await host.client.request('mute', { participantId: patient.id })
  })

  it('cuts off binary frames and messages beyond all measure', async () => {
    const { host, patient } = await world.twoInVisit()
    patient.client.sendBinary(new Uint8Array([1, 2, 3]))
    expect(await patient.client.complaint()).toBe('invalid-message')
    expect(await patient.client.closed()).toBe(4001)
    host.client.sendText(' '.repeat(limits.messageBytes * 5))
    expect(await host.client.closed()).toBe(1009)
    expect(world.rooms.status()).toMatchObject({ rooms: 1, members: 2, connected: 0, kept: 2 })
  })

  it('answers a flood with rate-limited, then closes; the place is kept', async () => {
    const { host, patient } = await world.twoInVisit()
    for (let sent = 0; sent < limits.messageBurst * 2 + 2; sent++) {
      patient.client.sendText(JSON.stringify({ type: 'ping', id: 10_000 + sent }))
    }
    expect(await patient.client.closed()).toBe(4002)
    const codes = patient.client.received.flatMap((message) => (message.type === 'error' ? [message.code] : []))
    expect(new Set(codes)).toEqual(new Set(['rate-limited']))
    expect(codes).toHaveLength(limits.messageBurst)
    await host.client.notified('participant.connected', (one) => !one.connected)
    await host.client.request('ping', {})
  })

  it('forgives a burst after a second', async () => {
    const { patient } = await world.twoInVisit()
    for (let sent = 0; sent < limits.messageBurst + 5; sent++) {
      patient.client.sendText(JSON.stringify({ type: 'ping', id: 10_000 + sent }))
    }
    await patient.client.until(() => patient.client.received.find((one) => one.type === 'error'))
    await patient.client.until(() =>
      patient.client.received.find((one) => 'id' in one && one.id === 10_000 + limits.messageBurst + 4),
    )
    clock += 2000
    await patient.client.request('ping', {})
  })
})

describe('media requests', () => {
  it('are refused before the join, with parameters that make no sense, and beyond one of each source', async () => {
    const visitId = world.records.addVisit()
    const host = await world.arrive(visitId, 'host')
    expect(await host.client.refusal('producer.create', microphone('x'))).toBe('not-joined')
    const { joined, client } = await world.join(host)
    const send = joined.sendTransport.id
    expect(await client.refusal('producer.create', microphone('x'))).toBe('media-not-found')
    expect(await client.refusal('producer.create', microphone(joined.receiveTransport.id))).toBe('media-rejected')
    expect(await client.refusal('producer.create', { ...microphone(send), kind: 'video' })).toBe('media-rejected')
    const screen = { transportId: send, kind: 'video', source: 'screen' } as const
    expect(await client.refusal('producer.create', { ...screen, rtpParameters: vp8(3) })).toBe('media-rejected')
    await client.request('producer.create', { ...screen, rtpParameters: vp8(1) })
    const parameters = opus()
    const unknownCodec = { ...parameters, codecs: [{ mimeType: 'audio/nothing', payloadType: 100, clockRate: 48_000 }] }
    expect(await client.refusal('producer.create', { ...microphone(send), rtpParameters: unknownCodec })).toBe('media-rejected')
    const { producerId } = await client.request('producer.create', microphone(send))
    expect(await client.refusal('producer.create', microphone(send))).toBe('media-limit')
    await client.request('producer.close', { producerId })
    expect(await client.refusal('producer.pause', { producerId })).toBe('media-not-found')
    await client.request('producer.create', microphone(send))
    expect(await client.refusal('consumer.resume', { consumerId: 'x' })).toBe('media-not-found')
  })

  it('keep the media server on the server side of DTLS', async () => {
    const { host } = await world.twoInVisit()
    const transportId = host.joined.sendTransport.id
    const asServer = { transportId, dtlsParameters: { ...dtlsParameters, role: 'server' as const } }
    expect(await host.client.refusal('transport.connect', asServer)).toBe('media-rejected')
    await host.client.request('transport.connect', { transportId, dtlsParameters })
    expect(await host.client.refusal('transport.connect', { transportId, dtlsParameters })).toBe('media-rejected')
  })

  it('of one participant cannot touch the media of another', async () => {
    const { host, patient } = await world.twoInVisit()
    const { producerId } = await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
    expect(await patient.client.refusal('producer.close', { producerId })).toBe('media-not-found')
    const transportId = host.joined.sendTransport.id
    expect(await patient.client.refusal('transport.restart-ice', { transportId })).toBe('media-not-found')
    expect(await patient.client.refusal('producer.create', microphone(transportId))).toBe('media-not-found')
  })

  it('answers the sender before the others hear of a stream, and offers it paused', async () => {
    const { host, patient } = await world.twoInVisit()
    await host.client.request('producer.create', { ...camera(host.joined.sendTransport.id), paused: true })
    const { consumer } = await patient.client.notified('consumer.added')
    expect(consumer).toMatchObject({ participantId: host.id, source: 'camera', kind: 'video', producerPaused: true })
    await patient.client.notified('producer.changed', (one) => one.producer.paused)
    await host.client.request('producer.resume', { producerId: consumer.producerId })
    await patient.client.notified('consumer.paused', (one) => !one.paused)
    await patient.client.notified('producer.changed', (one) => !one.producer.paused)
  })

  it('lets the host mute, and only the muted switch on again', async () => {
    const { host, patient } = await world.twoInVisit()
    const { producerId } = await patient.client.request(
      'producer.create',
      microphone(patient.joined.sendTransport.id),
    )
    await host.client.request('mute', { participantId: patient.id })
    await patient.client.notified('muted', (one) => one.producerId === producerId)
    await host.client.notified('producer.changed', (one) => one.producer.paused)
    expect(await host.client.refusal('producer.resume', { producerId })).toBe('media-not-found')
    await patient.client.request('producer.resume', { producerId })
    await host.client.notified('consumer.paused', (one) => !one.paused)
  })

  it('shows the quality somebody reports to everybody, once', async () => {
    const { host, patient } = await world.twoInVisit()
    await patient.client.request('quality.report', { quality: 2 })
    await patient.client.request('quality.report', { quality: 2 })
    await host.client.notified('participant.quality', (one) => one.participantId === patient.id && one.quality === 2)
    await host.client.request('ping', {})
    expect(host.client.notifications.filter((one) => one.type === 'participant.quality')).toHaveLength(1)
  })
})

describe('the connection', () => {
  it('is given up when it stays silent, and the place is kept', async () => {
    await world.stop()
    world = await startSignallingWorld({ limits: { heartbeatMs: 20 } })
    const { host, patient } = await world.twoInVisit()
    patient.client.stall()
    await host.client.notified('participant.connected', (one) => one.participantId === patient.id && !one.connected)
    await host.client.request('ping', {})
    expect(world.rooms.status()).toMatchObject({ members: 2, connected: 1, kept: 1 })
    patient.client.drop()
  })

  it('is cut when its client does not read what it asks for, and the place is kept', async () => {
    await world.stop()
    world = await startSignallingWorld({ limits: { messageBurst: 100_000 } })
    const { host, patient } = await world.twoInVisit()
    const join = JSON.stringify({ type: 'join', id: 5_000_000, rtpCapabilities: patient.hello.routerRtpCapabilities })
    patient.client.stall()
    // One join, and its answer again and again.
    for (let sent = 0; sent < 8000; sent++) patient.client.sendText(join)
    await host.client.notified('participant.connected', (one) => one.participantId === patient.id && !one.connected)
    expect(world.log.join('')).toContain('a client does not keep up')
    expect(world.pool.status()[0]).toMatchObject({ transports: 4 })
    patient.client.drop()
  })

  it('is told to come back when the server drains, and nobody new gets in', async () => {
    const { visitId, host, patient } = await world.twoInVisit()
    world.signalling.drain(1500)
    for (const { client } of [host, patient]) {
      expect(await client.closed()).toBe(1012)
      expect(client.received.at(-1)).toEqual({ type: 'draining', retryMs: 1500 })
    }
    expect(await refusedUpgrade(world.url)).toBe(503)
    await expect.poll(() => world.signalling.connections()).toBe(0)
    expect(world.records.status(visitId)).toBe('in-progress')
  })

  it('leaves no name, ticket or address in the log', async () => {
    const { host } = await world.twoInVisit()
    world.records.failNext('locked')
    await host.client.refusal('lock', { locked: true })
    const text = world.log.join('')
    expect(text).toContain('request failed')
    for (const secret of ['A patient', 'A host', host.hello.resumeToken, '127.0.0.1', 'the database is gone']) {
      expect(text).not.toContain(secret)
    }
  })
})
