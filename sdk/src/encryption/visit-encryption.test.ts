import type { VerificationCode } from '@curtain/e2ee'
import { limits, type MlsNotification } from '@curtain/protocol'
import { expect, test } from 'vitest'
import {
  code,
  doctor,
  epochOf,
  groupId,
  hello,
  me,
  otherGroupId,
  part,
  VisitWorld,
  visitId,
} from '../../test-support/visit-world.ts'
import { VisitError } from '../visit-error.ts'

const sender = (): Pick<RTCRtpSender, 'transform'> => ({ transform: null })
const receiver = (): Pick<RTCRtpReceiver, 'transform'> => ({ transform: null })

test('a transport-only visit starts no worker, holds nothing back and says what it is', () => {
  const { encryption, opened } = new VisitWorld()
  encryption.prepare('transport')
  encryption.greeted(hello('transport'))
  const one = sender()
  encryption.protectSender(one, 'camera')
  expect(one.transform).toBeNull()
  expect(opened).toEqual([])
  expect(encryption).toMatchObject({ isEndToEnd: false, canSend: true, status: { state: 'transport' } })
  expect(encryption.canRead(doctor)).toBe(true)
})

test('workers load from the first ticket on, and register as soon as there is a connection', () => {
  const world = new VisitWorld({ clockOffMs: -5000 })
  world.encryption.prepare('end-to-end')
  expect(world.workers.group).toEqual([])
  world.encryption.greeted(hello('end-to-end'))
  expect(world.opened).toHaveLength(1)
  const start = { type: 'start', visitId, participantId: me, rosterKey: new Uint8Array(32), clockOffsetMs: 5000 }
  expect(world.workers.group).toMatchObject([start])
  expect(world.encryption.status).toEqual({ state: 'securing' })
})

test('without keys nothing can be sent or read; with them, those in the epoch can', () => {
  const world = new VisitWorld()
  const { encryption } = world
  encryption.greeted(hello('end-to-end'))
  expect(encryption.canSend).toBe(false)
  expect(encryption.canRead(doctor)).toBe(false)
  world.workers.secure(epochOf(0, me))
  expect(encryption.canSend).toBe(true)
  expect(encryption.canRead(doctor)).toBe(false)
  world.workers.secure(epochOf(1, doctor, me))
  expect(encryption.canRead(doctor)).toBe(true)
  expect(world.keyChanges).toBe(2)
})

test('when the group is given up, nothing is private, sent or shown from then on until the next epoch', () => {
  const world = new VisitWorld()
  const { encryption } = world
  encryption.greeted(hello('end-to-end'))
  const { workers } = world
  workers.secure(epochOf(4, doctor, me))
  const { keyChanges } = world
  workers.listener.onGroup({ type: 'left', session: workers.session })
  expect(encryption).toMatchObject({ canSend: false, status: { state: 'securing' } })
  expect(encryption.canRead(doctor)).toBe(false)
  expect(world.keyChanges).toBeGreaterThan(keyChanges)
  // The frame worker’s word about the group of before may come only now.
  workers.install(epochOf(4, doctor, me))
  expect(encryption.canSend).toBe(false)

  const next = { ...epochOf(4, me), groupId: otherGroupId }
  workers.listener.onGroup({ type: 'epoch', session: workers.session, epoch: next })
  expect(encryption).toMatchObject({ canSend: false, status: { state: 'secured' } })
  workers.install(next)
  expect(encryption.canSend).toBe(true)
  expect(encryption.canRead(doctor)).toBe(false)
})

test('what one wrote under keys that were given up since fails', async () => {
  const world = new VisitWorld()
  world.encryption.greeted(hello('end-to-end'))
  world.workers.secure(epochOf(4, doctor, me))
  world.workers.listener.onGroup({ type: 'left', session: world.workers.session })
  await expect(world.encryption.conversation.say('hello')).rejects.toThrow(new VisitError('not-joined'))
  expect(world.workers.group.some(({ type }) => type === 'send')).toBe(false)
})

test('the two workers need not be in step: keys count once both have the same epoch', () => {
  const world = new VisitWorld()
  const { encryption } = world
  encryption.greeted(hello('end-to-end'))
  world.workers.install(epochOf(1, doctor, me))
  expect(encryption.canSend).toBe(false)
  world.workers.listener.onGroup({ type: 'epoch', session: world.workers.session, epoch: epochOf(1, doctor, me) })
  expect(encryption.canRead(doctor)).toBe(true)
  expect(world.keyChanges).toBe(1)
})

test('the roster’s members hold keys; the code comes a moment later, and who compared it is marked', async () => {
  const world = new VisitWorld()
  const { encryption } = world
  encryption.greeted(hello('end-to-end'))
  const { workers } = world
  const { session } = workers
  workers.secure(epochOf(4, doctor, me))
  expect(encryption.status).toMatchObject({ state: 'secured', epoch: 4, code: null })
  await expect(encryption.markCompared(code)).rejects.toThrow(new VisitError('mls-epoch'))
  workers.listener.onGroup({ type: 'code', session, groupId, epoch: 3, code })
  workers.listener.onGroup({ type: 'code', session, groupId: otherGroupId, epoch: 4, code })
  expect(encryption.status).toMatchObject({ code: null })
  workers.listener.onGroup({ type: 'code', session, groupId, epoch: 4, code })
  const marking = encryption.markCompared(code)
  const sent = workers.group.findLast((message) => message.type === 'send')
  expect(sent).toMatchObject({ groupId })
  workers.listener.onGroup({ type: 'sent', id: sent!.id, refusal: null })
  await marking
  expect(encryption.status).toMatchObject({
    code,
    members: [
      { id: doctor, isSelf: false, compared: false },
      { id: me, isSelf: true, compared: true },
    ],
    changedSinceCompared: false,
  })
  workers.secure(epochOf(5, me))
  expect(encryption.status).toMatchObject({ epoch: 5, code: null, changedSinceCompared: true })
})

test('a code that changed between looking and pressing is not marked as compared', async () => {
  const world = new VisitWorld()
  const { encryption } = world
  encryption.greeted(hello('end-to-end'))
  const { workers } = world
  const { session } = workers
  workers.secure(epochOf(4, doctor, me))
  workers.listener.onGroup({ type: 'code', session, groupId, epoch: 4, code })
  // Another group may count to the same epoch.
  const other = { ...epochOf(4, doctor, me), groupId: otherGroupId }
  workers.listener.onGroup({ type: 'left', session })
  workers.secure(other)
  const otherCode: VerificationCode = [part, part, part, part, part, { picture: 2, digits: '008' }]
  workers.listener.onGroup({ type: 'code', session, groupId: otherGroupId, epoch: 4, code: otherCode })
  await expect(encryption.markCompared(code)).rejects.toThrow(new VisitError('mls-epoch'))
  expect(workers.group.some(({ type }) => type === 'send')).toBe(false)
  expect(encryption.status).toMatchObject({ members: [{ compared: false }, { compared: false }] })
})

test('who keeps their keys after they left the visit’s list is named as a stranger, oneself never', () => {
  const world = new VisitWorld()
  const { encryption, clock } = world
  encryption.greeted(hello('end-to-end'))
  encryption.listed([])
  world.workers.secure(epochOf(4, doctor, me))
  encryption.listed([doctor])
  clock.advance(60_000)
  expect(encryption.status).toMatchObject({ strangers: [] })
  encryption.listed([])
  const { changes } = world
  clock.advance(10_000)
  expect(world.changes).toBeGreaterThan(changes)
  expect(encryption.status).toMatchObject({ state: 'secured', strangers: [{ id: doctor, displayName: '0' }] })
  // A group that begins anew with them in it makes them no less strange.
  world.workers.listener.onGroup({ type: 'left', session: world.workers.session })
  encryption.listed([])
  world.workers.secure({ ...epochOf(0, doctor, me), groupId: otherGroupId })
  encryption.listed([])
  expect(encryption.status).toMatchObject({ strangers: [{ id: doctor }] })
  world.workers.secure({ ...epochOf(1, me), groupId: otherGroupId })
  encryption.listed([])
  expect(encryption.status).toMatchObject({ strangers: [] })
})

test('every sender and receiver gets a transform that knows whose stream it is', () => {
  const world = new VisitWorld()
  world.encryption.greeted(hello('end-to-end'))
  const [one, other] = [sender(), receiver()]
  world.encryption.protectSender(one, 'screen')
  world.encryption.protectReceiver(other, { participantId: doctor, source: 'camera' })
  expect(one.transform).not.toBeNull()
  expect(other.transform).not.toBeNull()
  expect(world.workers.transforms).toEqual([
    { direction: 'send', source: 'screen', participantId: me },
    { direction: 'receive', source: 'camera', participantId: doctor },
  ])
})

test('a browser that cannot encrypt frames ends the visit instead of sending them in the clear', () => {
  const world = new VisitWorld({ can: false })
  world.encryption.greeted(hello('end-to-end'))
  const refused = new VisitError('unsupported-browser')
  expect(() => world.encryption.protectSender(sender(), 'camera')).toThrow(refused)
  expect(world.failures).toContain('unsupported-browser')
})

test('a browser that refuses a transform ends the visit, too', () => {
  const world = new VisitWorld()
  world.encryption.greeted(hello('end-to-end'))
  const refusing: Pick<RTCRtpSender, 'transform'> = {
    get transform() {
      return null
    },
    set transform(_transform) {
      throw new TypeError('cannot be set')
    },
  }
  expect(() => world.encryption.protectSender(refusing, 'camera')).toThrow(new VisitError('unsupported-browser'))
  expect(world.failures).toEqual(['unsupported-browser'])
})

test('a browser that turns out to lack the cryptography ends the visit', async () => {
  const world = new VisitWorld({ lacking: true })
  world.encryption.greeted(hello('end-to-end'))
  await expect.poll(() => world.failures).toEqual(['unsupported-browser'])
})

test('before it is known how the visit is encrypted, nothing is sent', () => {
  const world = new VisitWorld()
  expect(world.encryption.isEndToEnd).toBe(true)
  expect(world.encryption.canSend).toBe(false)
  expect(() => world.encryption.protectSender(sender(), 'camera')).toThrow(VisitError)
})

test('a visit that was said to be encrypted from device to device is never another one', () => {
  const byTicket = new VisitWorld()
  byTicket.encryption.prepare('end-to-end')
  byTicket.encryption.greeted(hello('transport'))
  expect(byTicket.failures).toEqual(['encryption-failed'])
  expect(byTicket.encryption.canSend).toBe(false)

  const later = new VisitWorld()
  later.encryption.greeted(hello('end-to-end'))
  later.encryption.greeted(hello('transport'))
  expect(later.failures).toEqual(['encryption-failed'])
  expect(later.encryption.isEndToEnd).toBe(true)
})

test('a clock that is off by more than any time zone is told, and nothing is registered', () => {
  for (const clockOffMs of [limits.clockSkewMs + 1, -limits.clockSkewMs - 1]) {
    const world = new VisitWorld({ clockOffMs })
    world.encryption.greeted(hello('end-to-end'))
    expect(world.failures).toEqual(['clock-wrong'])
    expect(world.workers.group).toEqual([])
  }
  const world = new VisitWorld({ clockOffMs: limits.clockSkewMs })
  world.encryption.greeted(hello('end-to-end'))
  expect(world.failures).toEqual([])
})

test('notifications reach the session in order, and its requests the server; the answer goes back', async () => {
  const world = new VisitWorld()
  world.encryption.greeted(hello('end-to-end'))
  const { workers } = world
  const notifications: MlsNotification[] = [
    { type: 'mls.reset', sequence: 1 },
    { type: 'mls.commit-wanted', sequence: 2, groupId, epoch: 0 },
  ]
  for (const notification of notifications) world.encryption.receive(notification)
  expect(workers.group.slice(1)).toEqual(notifications.map((notification) => ({ type: 'notification', notification })))

  world.answer = () => Promise.reject(new VisitError('mls-epoch'))
  const request = { type: 'mls.created', input: { groupId } } as const
  workers.listener.onGroup({ type: 'request', session: workers.session, id: 7, request })
  expect(world.requests).toEqual([['mls.created', { groupId }]])
  await expect.poll(() => workers.group.at(-1)).toEqual({ type: 'answer', id: 7, refusal: 'late' })
})

test('a new connection and the waiting room begin a new session; what comes of the old one is dropped', async () => {
  const world = new VisitWorld()
  const { encryption } = world
  encryption.greeted(hello('end-to-end'))
  const { workers } = world
  for (const beginAnew of [() => encryption.greeted(hello('end-to-end')), () => encryption.sentBack()]) {
    workers.secure(epochOf(0, me))
    const { session } = workers
    const saying = encryption.conversation.say('hello')
    beginAnew()
    await expect(saying).rejects.toThrow(new VisitError('unreachable'))
    expect(workers.session).toBeGreaterThan(session)
    expect(encryption.status).toEqual({ state: 'securing' })
    workers.secure(epochOf(1, doctor, me), session)
    workers.listener.onGroup({ type: 'problem', session, code: 'bad-commit', isHopeless: true })
    expect(encryption.status).toEqual({ state: 'securing' })
    expect(encryption.canRead(doctor)).toBe(false)
  }
  expect(world.failures).toEqual([])
})

test('a problem that the session gets over is its own; one that is hopeless ends the visit', () => {
  const world = new VisitWorld()
  world.encryption.greeted(hello('end-to-end'))
  const { listener, session } = world.workers
  listener.onGroup({ type: 'problem', session, code: 'bad-commit', isHopeless: false })
  expect(world.failures).toEqual([])
  listener.onGroup({ type: 'problem', session, code: 'bad-commit', isHopeless: true })
  expect(world.failures).toEqual(['encryption-failed'])
})

test('workers that break are replaced, both, and media is set up anew on the new ones', () => {
  const world = new VisitWorld()
  world.encryption.greeted(hello('end-to-end'))
  world.workers.secure(epochOf(0, me))
  const [first] = world.opened
  first!.listener.onBroken()
  expect(first!.isClosed).toBe(true)
  expect(world.encryption.canSend).toBe(false)
  // Not the browser's fault: it is not told to take another one.
  expect(() => world.encryption.protectSender(sender(), 'camera')).toThrow(new VisitError('encryption-failed'))
  world.clock.advance(0)
  expect(world.opened).toHaveLength(2)
  expect(world.mediaLosses).toBe(1)
  expect(world.workers.group).toMatchObject([{ type: 'start' }])
  world.encryption.protectSender(sender(), 'camera')
  expect(world.workers.transforms).toHaveLength(1)
  expect(world.failures).toEqual([])
})

test('workers that break again and again end the visit, after some seconds of trying', () => {
  const world = new VisitWorld()
  world.encryption.prepare('end-to-end')
  for (let n = 0; n < 5; n += 1) {
    world.workers.listener.onBroken()
    expect(world.failures).toEqual([])
    world.clock.advance(8000)
  }
  expect(world.opened).toHaveLength(6)
  world.workers.listener.onBroken()
  expect(world.failures).toEqual(['encryption-failed'])
})

test('diagnostics count frames, without waiting for workers that are gone', async () => {
  const world = new VisitWorld()
  expect(await world.encryption.diagnostics()).toBeNull()
  world.encryption.greeted(hello('end-to-end'))
  world.workers.secure(epochOf(3, me))
  const counts = { encrypted: 5, decrypted: 6, dropped: { 'unknown-key': 1 } }
  const reading = world.encryption.diagnostics()
  const asked = world.workers.frames.findLast((message) => message.type === 'count')
  world.workers.listener.onFrames({ type: 'counts', id: asked!.id, counts })
  expect(await reading).toEqual({ epoch: 3, ...counts })

  const late = world.encryption.diagnostics()
  world.encryption.close()
  expect(await late).toBeNull()
})

test('at the end the workers end, and are not started again', () => {
  const world = new VisitWorld()
  world.encryption.greeted(hello('end-to-end'))
  world.encryption.close()
  world.encryption.close()
  world.encryption.prepare('end-to-end')
  expect(world.opened.map(({ isClosed }) => isClosed)).toEqual([true])
  expect(world.encryption.canSend).toBe(false)
})
