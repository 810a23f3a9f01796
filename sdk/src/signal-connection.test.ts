import {
  makeId,
  type AdmissionTicket,
  type NotificationBody,
  type ParticipantId,
  type VisitId,
} from '@curtain/protocol'
import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../test-support/manual-clock.ts'
import { SignalConnection, type Hello, type Socket } from './signal-connection.ts'
import type { EndReason } from './types.ts'
import { VisitError } from './visit-error.ts'

const visitId: VisitId = makeId('visit', 1, new Uint8Array(10))
const participantId: ParticipantId = makeId('participant', 1, new Uint8Array(10))
const now = '2026-03-01T09:30:00.000Z'
const visit: Hello['visit'] = {
  id: visitId,
  kind: 'consultation',
  encryption: 'end-to-end',
  status: 'open',
  startsAt: now,
  organizationName: 'Clinic',
  clinicianName: 'Dr. Day',
}
const participant: Hello['participant'] = {
  id: participantId,
  role: 'patient',
  displayName: 'Pat',
  admission: 'waiting',
}

function helloResult(resumed: boolean, sequence = 0): Hello {
  const room = { status: 'open', locked: false, startedAt: null, now, participants: [], waiting: [] } as const
  return {
    resumed,
    resumeToken: 'r'.repeat(43),
    sequence,
    participant,
    grants: [],
    visit,
    room: { ...room, participants: [], waiting: [] },
    routerRtpCapabilities: {},
    encryption: { mode: 'transport' },
  }
}

interface Sent {
  id: number
  type: string
  [field: string]: unknown
}

/** The server's end, in the test's hand. */
class FakeSocket extends EventTarget implements Socket {
  sent: Sent[] = []
  isClosed = false

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.isClosed = true
  }

  open(): void {
    this.dispatchEvent(new Event('open'))
  }
  tell(message: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
  notify(sequence: number, body: NotificationBody): void {
    this.tell({ ...body, sequence })
  }
  drop(code = 1006): void {
    this.dispatchEvent(new CloseEvent('close', { code }))
  }
  last(type: string): Sent {
    const message = this.sent.findLast((sent) => sent.type === type)
    if (message === undefined) throw new Error(`no ${type} was sent`)
    return message
  }
  greet(hello: Hello): void {
    this.open()
    this.tell({ type: 'ok', id: this.last('hello').id, result: hello })
  }
}

let clock: ManualClock
let sockets: FakeSocket[]
let heard: string[]
let ended: EndReason[]
let tickets: (() => Promise<AdmissionTicket>)[]
let connection: SignalConnection

const ticket: AdmissionTicket = { ticket: 't'.repeat(43), participant, visit }
const socket = () => sockets.at(-1)!
/** Lets promises that are settled already run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

beforeEach(() => {
  clock = new ManualClock()
  sockets = []
  heard = []
  ended = []
  tickets = []
  connection = new SignalConnection({
    openSocket: () => {
      const next = new FakeSocket()
      sockets.push(next)
      return next
    },
    fetchTicket: () => tickets.shift()?.() ?? Promise.resolve(ticket),
    clock,
    random: () => 0.5,
    onAfresh: () => heard.push('afresh'),
    onResumed: () => heard.push('resumed'),
    onNotification: (notification) => heard.push(notification.type),
    onChange: () => {},
    onEnded: (reason) => ended.push(reason),
  })
})

async function connected(): Promise<void> {
  connection.start()
  await settled()
  socket().greet(helloResult(false))
}

test('says hello with the ticket and is open when greeted', async () => {
  await connected()
  expect(socket().last('hello')).toMatchObject({ protocolVersion: 1, visitId, auth: { ticket: ticket.ticket } })
  expect(connection.state.name).toBe('open')
  expect(heard).toEqual(['afresh'])
})

test('a request gets its own answer, whatever the order, and a refusal its code', async () => {
  await connected()
  const first = connection.request('ping', {})
  const second = connection.request('lock', { locked: true })
  const { id: firstId } = socket().last('ping')
  const { id: secondId } = socket().last('lock')
  socket().tell({ type: 'error', id: secondId, code: 'forbidden', sentence: 'No.' })
  socket().tell({ type: 'ok', id: firstId, result: {} })
  await expect(second).rejects.toMatchObject({ code: 'forbidden' })
  await expect(first).resolves.toEqual({})
})

test('an answer that is not what the request promises is a failure, not data', async () => {
  await connected()
  const answer = connection.request('transport.restart-ice', { transportId: 'a' })
  socket().tell({ type: 'ok', id: socket().last('transport.restart-ice').id, result: { iceParameters: 7 } })
  await expect(answer).rejects.toMatchObject({ code: 'invalid-message' })
})

test('after a drop it resumes where it was and sends what was unanswered again under the same id', async () => {
  await connected()
  socket().notify(1, { type: 'room.locked', locked: true })
  const answer = connection.request('producer.pause', { producerId: 'p' })
  const { id } = socket().last('producer.pause')
  socket().drop()
  clock.advance(100)
  socket().open()
  expect(socket().last('hello')).toMatchObject({ auth: { resumeToken: 'r'.repeat(43), lastSequence: 1 } })
  socket().tell({ type: 'ok', id: socket().last('hello').id, result: helloResult(true, 2) })
  expect(socket().last('producer.pause').id).toBe(id)
  socket().tell({ type: 'ok', id, result: {} })
  await expect(answer).resolves.toEqual({})
  socket().notify(2, { type: 'room.locked', locked: false })
  expect(heard).toEqual(['afresh', 'room.locked', 'resumed', 'room.locked'])
})

test('a request made while the connection is away is sent when it is back', async () => {
  await connected()
  socket().drop()
  const answer = connection.request('lock', { locked: true })
  clock.advance(100)
  socket().greet(helloResult(true))
  socket().tell({ type: 'ok', id: socket().last('lock').id, result: {} })
  await expect(answer).resolves.toEqual({})
})

test('a notification seen before is dropped', async () => {
  await connected()
  socket().notify(1, { type: 'room.locked', locked: true })
  socket().notify(1, { type: 'room.locked', locked: true })
  expect(heard).toEqual(['afresh', 'room.locked'])
})

test('a missing notification means starting afresh with a new ticket', async () => {
  await connected()
  socket().notify(3, { type: 'room.locked', locked: true })
  expect(heard).toEqual(['afresh'])
  clock.advance(100)
  await settled()
  socket().open()
  expect(socket().last('hello')).toMatchObject({ auth: { ticket: ticket.ticket } })
})

test('a notification of a newer version is counted and not acted on', async () => {
  await connected()
  socket().tell({ type: 'something.new', sequence: 1, more: true })
  socket().notify(2, { type: 'room.locked', locked: true })
  expect(heard).toEqual(['afresh', 'room.locked'])
})

test('garbage from the wire is ignored', async () => {
  await connected()
  const garbage = [null, 7, 'x', [], { type: 'ok' }, { type: 'room.locked', sequence: 'one' }]
  for (const message of garbage) socket().tell(message)
  expect(connection.state.name).toBe('open')
  expect(heard).toEqual(['afresh'])
})

test('a refused resume asks for a new ticket at once; what was asked of the old media is rejected', async () => {
  await connected()
  const answer = connection.request('producer.pause', { producerId: 'p' })
  const rejected = expect(answer).rejects.toMatchObject({ code: 'resume-refused' })
  socket().drop()
  clock.advance(100)
  socket().open()
  socket().tell({ type: 'error', id: socket().last('hello').id, code: 'resume-refused', sentence: '' })
  await settled()
  socket().greet(helloResult(false))
  await rejected
  expect(heard).toEqual(['afresh', 'afresh'])
})

test('a host’s request that was never sent survives a new connection', async () => {
  await connected()
  socket().drop(1012)
  const answer = connection.request('admit', { participantId })
  clock.advance(2000)
  await settled()
  socket().greet(helloResult(false))
  socket().tell({ type: 'ok', id: socket().last('admit').id, result: {} })
  await expect(answer).resolves.toEqual({})
})

test('no sign of life after a probe is a drop; anything heard is a sign of life', async () => {
  await connected()
  connection.probe()
  clock.advance(900)
  socket().notify(1, { type: 'room.locked', locked: true })
  clock.advance(900)
  expect(connection.state.name).toBe('open')
  connection.probe()
  clock.advance(1000)
  expect(connection.health).toBe('reconnecting')
  expect(connection.state.name).toBe('open')
  clock.advance(1500)
  expect(connection.state.name).toBe('backing-off')
})

test('an idle connection is asked by itself, so that a dead path does not stay unnoticed', async () => {
  await connected()
  connection.watchAs('joined')
  clock.advance(1000)
  expect(socket().last('ping')).toBeDefined()
  clock.advance(1000)
  expect(connection.health).toBe('reconnecting')
  clock.advance(1500)
  expect(connection.state.name).not.toBe('open')
})

test('while one waits it asks less often', async () => {
  await connected()
  clock.advance(2500)
  expect(() => socket().last('ping')).toThrow()
  clock.advance(500)
  expect(socket().last('ping')).toBeDefined()
})

test('a late answer ends the doubt, and the connection goes on', async () => {
  await connected()
  connection.probe()
  clock.advance(2000)
  expect(connection.health).toBe('reconnecting')
  socket().notify(1, { type: 'room.locked', locked: true })
  expect(connection.health).toBe('fine')
  expect(sockets).toHaveLength(1)
})

test('when the browser says that there is no network, an unanswered probe is enough', async () => {
  await connected()
  connection.networkLost()
  clock.advance(1000)
  expect(connection.state.name).toBe('offline')
})

test('a socket that hangs is given up, and what it says later is not listened to', async () => {
  connection.start()
  await settled()
  const hanging = socket()
  clock.advance(4000)
  expect(hanging.isClosed).toBe(true)
  hanging.open()
  expect(hanging.sent).toEqual([])
  expect(connection.state.name).toBe('backing-off')
})

test('the final word ends it: pending requests are rejected and nothing is tried again', async () => {
  await connected()
  const answer = connection.request('ping', {})
  const rejected = expect(answer).rejects.toBeInstanceOf(VisitError)
  socket().notify(1, { type: 'removed' })
  await rejected
  expect(ended).toEqual(['removed'])
  clock.advance(60_000)
  expect(sockets).toHaveLength(1)
  await expect(connection.request('ping', {})).rejects.toMatchObject({ code: 'closed' })
})

test('an unknown protocol version is fatal', async () => {
  connection.start()
  await settled()
  socket().open()
  socket().tell({ type: 'error', id: socket().last('hello').id, code: 'unsupported-protocol', sentence: '' })
  expect(ended).toEqual(['unsupported-protocol'])
})

test('a complaint without a request is only that, unless the server closes over it', async () => {
  await connected()
  socket().tell({ type: 'error', code: 'message-too-large', sentence: '' })
  expect(connection.state.name).toBe('open')
  socket().tell({ type: 'error', code: 'not-signed-in', sentence: '' })
  socket().drop(4001)
  expect(ended).toEqual(['not-signed-in'])
})

test('a ticket that is refused for good ends it; one that could not be fetched is asked for again', async () => {
  tickets = [
    () => Promise.reject(new VisitError('unreachable')),
    () => Promise.reject(new VisitError('not-ready')),
    () => Promise.reject(new VisitError('removed')),
  ]
  connection.start()
  await settled()
  expect(connection.state.name).toBe('backing-off')
  clock.advance(100)
  await settled()
  expect(connection.state.name).toBe('backing-off')
  clock.advance(1000)
  await settled()
  expect(ended).toEqual(['removed'])
})
