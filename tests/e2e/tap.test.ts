import { EncryptionError } from '@curtain/e2ee'
import { FrameReceiver, KeyRing } from '@curtain/e2ee/frame'
import { type MediaSource, type ParticipantId } from '@curtain/protocol'
import type { types } from 'mediasoup'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, Person } from '../support/browser.ts'
import { decodedPictures, entropyOf } from '../support/ffmpeg-decode.ts'
import { type MediaTap, producersOn, tap, watchRouters } from '../support/media-tap.ts'
import { NodeMember } from '../support/node-member.ts'
import type { EncodedFrame } from '../support/rtp-frames.ts'
import { signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import { Staff } from '../support/staff.ts'
import { comeToWaitingRoom, enterAsHost, inPeople, inVisit, letIn } from '../support/visit-pages.ts'

// Whoever holds the server can read what its media worker forwards. These tests do: what they find is noise, unless
// they also have the keys, which only a member of the group has.

let cleanup: AsyncDisposableStack
let server: TestServer
let staff: Staff
let chromium: Browser
let routers: readonly types.Router[]
beforeAll(async () => {
  await using stack = new AsyncDisposableStack()
  routers = stack.use(watchRouters()).routers
  server = stack.use(await startTestServer())
  const { browser } = await signInOwner(server)
  staff = new Staff(server.url)
  staff.cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  chromium = await launchChromium()
  stack.defer(() => chromium.close())
  cleanup = stack.move()
})
afterAll(() => cleanup?.disposeAsync())

/** A clinician and a patient in a visit, and taps on all that they send. */
async function tappedVisit(encryption: 'end-to-end' | 'transport') {
  const stack = new AsyncDisposableStack()
  const { visit, link } = await staff.makeVisit({ kind: 'group', encryption })
  const patient = stack.use(await Person.open(chromium, { sender: 2, phone: true }))
  const host = stack.use(await Person.open(chromium, { sender: 1 }))
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await Promise.all([host.sees(1, 2), patient.sees(1, 2)])
  const router = routers.findLast(({ closed }) => !closed)!
  const taps: MediaTap[] = []
  for (const producerId of await producersOn(router)) taps.push(stack.use(await tap(router, producerId)))
  return { stack, visit, host, patient, taps, of: (kind: types.MediaKind) => taps.filter((one) => one.kind === kind) }
}

/** What a member makes of tapped frames: those it could open, and how often each refusal came. */
async function opened(member: NodeMember, from: ParticipantId, source: MediaSource, frames: readonly EncodedFrame[]) {
  // A ring of its own: the same frames are looked at more than once here, which a ring refuses.
  const ring = new KeyRing({ now: () => 0, graceMs: 0 })
  for (const epoch of member.epochs) ring.install(epoch)
  const receiver = new FrameReceiver(ring, { participantId: from, source })
  const plain: EncodedFrame[] = []
  const refused = new Map<string, number>()
  for (const { data, timestamp } of frames) {
    try {
      const codec = source === 'microphone' ? 'opus' : 'vp8'
      plain.push({ timestamp, data: Buffer.from(await receiver.open({ data: new Uint8Array(data), codec })) })
    } catch (error) {
      const code = error instanceof EncryptionError ? error.code : String(error)
      refused.set(code, (refused.get(code) ?? 0) + 1)
    }
  }
  return { plain, refused: Object.fromEntries(refused) }
}

/** Whose camera a tap is on, by what opens: once the sender has changed to keys that the member has. */
async function senderOf(member: NodeMember, camera: MediaTap): Promise<ParticipantId> {
  for (;;) {
    const latest = camera.frames.slice(-10)
    for (const { participantId } of member.epochs.at(-1)!.members) {
      const { plain } = await opened(member, participantId, 'camera', latest)
      if (plain.length > 0) return participantId
    }
    await camera.more(10)
  }
}

async function bringIn(stack: AsyncDisposableStack, host: Person, visit: { id: Parameters<Staff['inviteGuest']>[0] }, name: string) {
  const member = stack.use(await NodeMember.open(server.url, (await staff.inviteGuest(visit.id, name)).url))
  await letIn(host, name)
  return member
}

test('a tap on a transport-only visit decodes to pictures: the tap works', async () => {
  await staff.allowTransport(['group'])
  const { stack, of } = await tappedVisit('transport')
  await using _ = stack
  for (const video of of('video')) {
    await video.keyFrame()
    await video.more(30)
    expect(decodedPictures(video.frames)).toBeGreaterThan(15)
  }
})

test('a tap on an end-to-end encrypted visit decodes to nothing and looks like noise', async () => {
  const { stack, of } = await tappedVisit('end-to-end')
  await using _ = stack
  for (const video of of('video')) {
    await video.more(60)
    expect(decodedPictures(video.frames)).toBe(0)
    // The first byte is the synthetic one: 0 or 1, and nothing of the picture.
    expect(video.frames.every(({ data }) => (data[0] ?? 2) <= 1)).toBe(true)
    expect(entropyOf(Buffer.concat(video.frames.map(({ data }) => data.subarray(8))))).toBeGreaterThan(7.9)
  }
  for (const sound of of('audio')) {
    await sound.more(100)
    expect(entropyOf(Buffer.concat(sound.frames.map(({ data }) => data.subarray(8))))).toBeGreaterThan(7.8)
  }
})

test('a member opens the same frames; one changed byte, another name or another stream opens nothing', async () => {
  const { stack, visit, host, of } = await tappedVisit('end-to-end')
  await using _ = stack
  const member = await bringIn(stack, host, visit, 'Chiara Russo')
  await member.epochOf(3)
  const [video] = of('video')
  const from = await senderOf(member, video!)
  await video!.keyFrame()
  await video!.more(40)
  const frames = video!.frames.slice(-40)
  const { plain } = await opened(member, from, 'camera', video!.frames)
  expect(decodedPictures(plain)).toBeGreaterThan(15)

  const changed = frames.map(({ data, timestamp }, index) => {
    const copy = Buffer.from(data)
    const at = (index * 7919) % copy.length
    copy[at] = (copy[at] ?? 0) ^ 0x01
    return { data: copy, timestamp }
  })
  expect((await opened(member, from, 'camera', changed)).plain).toEqual([])
  expect((await opened(member, from, 'screen', frames)).refused).toEqual({ 'wrong-sender': frames.length })
  const other = member.epochs.at(-1)!.members.find(({ participantId }) => participantId !== from)!
  expect((await opened(member, other.participantId, 'camera', frames)).refused).toEqual({ 'wrong-sender': frames.length })
})

test('who comes late opens nothing of before; who was removed opens nothing of after', async () => {
  const { stack, visit, host, of } = await tappedVisit('end-to-end')
  await using _ = stack
  const [video] = of('video')
  await video!.more(30)
  const before = [...video!.frames]
  const member = await bringIn(stack, host, visit, 'Chiara Russo')
  await member.epochOf(3)
  await video!.more(30)
  const from = await senderOf(member, video!)
  expect((await opened(member, from, 'camera', before)).plain).toEqual([])

  await inPeople(host, 'Actions for Chiara Russo')
  await host.page.getByRole('button', { name: 'Remove from the visit' }).click()
  await host.page.getByRole('dialog').getByRole('button', { name: 'Remove from the visit' }).click()
  await member.client.closed()
  // The keys change within moments; from the first frame of the new epoch on, none opens.
  let after = video!.frames.length
  while ((await opened(member, from, 'camera', video!.frames.slice(after))).plain.length > 0 || after === video!.frames.length) {
    after = video!.frames.length
    await video!.more(5)
  }
  await video!.more(60)
  const { plain, refused } = await opened(member, from, 'camera', video!.frames.slice(after))
  expect(plain).toEqual([])
  expect(Object.keys(refused)).toEqual(['unknown-key'])
  // Those who stayed did not notice.
  await host.sees(1, 2)
})
