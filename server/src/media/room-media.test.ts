import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ParticipantId } from '@curtain/protocol'
import { routerRtpCapabilities } from './codecs.ts'
import { openRoomMedia, type RoomMedia, type RoomMediaEvents } from './room-media.ts'
import { startWorkerPool, type WorkerPool } from './worker-pool.ts'
import { mediaConfig } from '../../../tests/support/media-worker.ts'
import { camera, microphone, opus } from '../../../tests/support/rtp-parameters.ts'

const ann: ParticipantId = 'par_00000000000000000000000001'
const bob: ParticipantId = 'par_00000000000000000000000002'

const silent: RoomMediaEvents = {
  died() {},
  speaking() {},
  watchedLayer() {},
  consumerClosed() {},
  consumerPaused() {},
  quality() {},
}

let pool: WorkerPool
let room: RoomMedia
beforeEach(async () => {
  pool = await startWorkerPool(mediaConfig(), pino({ level: 'silent' }))
})
afterEach(() => {
  room.close()
  pool.close()
})

/** An RTP packet (RFC 3550) with an audio level (RFC 6464) as its only header extension, with id 1. */
function voice(ssrc: number, sequence: number, level: number): Buffer {
  const packet = Buffer.alloc(40)
  packet.writeUInt8(0x90, 0) // version 2, with an extension
  packet.writeUInt8(111, 1)
  packet.writeUInt16BE(sequence, 2)
  packet.writeUInt32BE(sequence * 960, 4)
  packet.writeUInt32BE(ssrc, 8)
  packet.writeUInt16BE(0xbede, 12)
  packet.writeUInt16BE(1, 14)
  packet.writeUInt8(1 << 4, 16)
  packet.writeUInt8(0x80 | level, 17)
  return packet
}

it('tells who speaks and when they fall silent', async () => {
  const told: ParticipantId[][] = []
  const seen: (readonly ParticipantId[])[] = []
  const first = Promise.withResolvers<void>()
  const last = Promise.withResolvers<void>()
  room = await openRoomMedia(pool, {
    ...silent,
    speaking(ids) {
      told.push(ids)
      seen.push(room.speaking)
      if (ids.length > 0) first.resolve()
      else last.resolve()
    },
  })
  const transport = await room.router.createDirectTransport()
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
      headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1 }],
      encodings: [{ ssrc: 1234 }],
    },
  })
  await room.addStream({ id: producer.id, participantId: ann, source: 'microphone', producer, topLayer: 0, watchedLayer: 0 })
  let sequence = 0
  const timer = setInterval(() => producer.send(voice(1234, ++sequence, 20)), 20)
  await first.promise
  clearInterval(timer)
  await last.promise
  expect(told).toEqual([[ann], []])
  expect(seen).toEqual(told)
})

it('closes what a participant had when they join again, and everything when it closes, once', async () => {
  const closed: string[] = []
  const received = Promise.withResolvers<void>()
  room = await openRoomMedia(pool, {
    ...silent,
    consumerClosed: (_receiver, id) => {
      closed.push(id)
      received.resolve()
    },
  })
  const first = await room.join(ann, routerRtpCapabilities)
  await room.join(bob, routerRtpCapabilities)
  const stream = await first.produce({ ...microphone(first.sendTransport.id), rtpParameters: opus(), paused: false })
  const [offer] = await room.offer(bob)
  expect(offer).toMatchObject({ participantId: ann, source: 'microphone', producerPaused: false })
  expect(await room.offer(bob)).toEqual([])
  await room.join(ann, routerRtpCapabilities)
  await received.promise
  expect(first.closed).toBe(true)
  expect(closed).toEqual([offer?.id])
  expect(stream.producer.closed).toBe(true)
  expect(pool.status()[0]).toMatchObject({ rooms: 1, transports: 4, producers: 0, consumers: 0 })
  room.close()
  room.close()
  expect(pool.status()[0]).toMatchObject({ rooms: 0, transports: 0 })
})

it('offers nothing to whoever cannot decode it', async () => {
  room = await openRoomMedia(pool, silent)
  const sender = await room.join(ann, routerRtpCapabilities)
  await room.join(bob, { codecs: routerRtpCapabilities.codecs?.filter(({ kind }) => kind === 'audio') ?? [] })
  await sender.produce({ ...camera(sender.sendTransport.id), paused: false })
  expect(await room.offer(bob)).toEqual([])
})

it('says that the media is unavailable when the worker dies under a request, and that it died', async () => {
  const died = Promise.withResolvers<void>()
  room = await openRoomMedia(pool, { ...silent, died: () => died.resolve() })
  process.kill(room.workerPid, 'SIGKILL')
  await expect(room.join(ann, routerRtpCapabilities)).rejects.toMatchObject({ code: 'media-unavailable' })
  await died.promise
  expect(room.closed).toBe(true)
})
