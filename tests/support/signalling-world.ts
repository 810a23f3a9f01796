import { once } from 'node:events'
import { createServer } from 'node:http'
import { limits, type ParticipantId, type ParticipantRole, type RequestResult, type VisitId } from '@curtain/protocol'
import type { After } from '../../server/src/after-timeout.ts'
import { createRosterAuthorities } from '../../server/src/keys/roster-key.ts'
import { createLog } from '../../server/src/log.ts'
import { openRoomMedia } from '../../server/src/media/room-media.ts'
import { startWorkerPool, type WorkerPool } from '../../server/src/media/worker-pool.ts'
import type { RoomLimits } from '../../server/src/rooms/member.ts'
import { createRooms, type Rooms } from '../../server/src/rooms/rooms.ts'
import type { ConnectionLimits } from '../../server/src/signalling/connection.ts'
import { attachSignalling, type Signalling, type SignallingOptions } from '../../server/src/signalling/signalling.ts'
import { mediaConfig } from './media-worker.ts'
import { SignallingClient } from './signalling-client.ts'
import { MemoryVisitRecords } from './visit-records.ts'

/** A person with a connection that has said `hello`. */
export interface Connected {
  id: ParticipantId
  client: SignallingClient
  hello: RequestResult<'hello'>
}

/** Signalling over a real socket, rooms with a real media worker, records in memory. */
export interface SignallingWorld {
  url: string
  records: MemoryVisitRecords
  rooms: Rooms
  pool: WorkerPool
  signalling: Signalling
  /** Lines of the server's log. */
  log: string[]
  /** A new connection that has said nothing yet. */
  connect(): Promise<SignallingClient>
  /** Somebody new, or somebody known, with a fresh ticket. */
  arrive(visitId: VisitId, who: ParticipantRole | ParticipantId): Promise<Connected>
  /** A host and a patient, admitted and both joined. */
  twoInVisit(): Promise<{ visitId: VisitId; host: Joined; patient: Joined }>
  join(somebody: Connected): Promise<Joined>
  stop(): Promise<void>
}

export interface Joined extends Connected {
  joined: RequestResult<'join'>
}

export async function startSignallingWorld(
  options: {
    workers?: number
    limits?: Partial<RoomLimits & ConnectionLimits>
    signalling?: Partial<SignallingOptions>
    /** Of the rooms; Unix time in milliseconds. */
    now?: () => number
    /** What runs in the rooms later; by default the process's timers. */
    after?: After
  } = {},
): Promise<SignallingWorld> {
  const log: string[] = []
  const logger = createLog('debug', { write: (line: string) => void log.push(line) })
  const records = new MemoryVisitRecords()
  const pool = await startWorkerPool(mediaConfig(options.workers), logger)
  const bounds = { ...limits, ...options.limits }
  const rooms = createRooms({
    records,
    openMedia: (events) => openRoomMedia(pool, events),
    authorityOf: createRosterAuthorities(() => Promise.resolve(new Uint8Array(32))),
    iceServers: () => [],
    log: logger,
    limits: bounds,
    now: options.now,
    after: options.after,
  })
  records.live = rooms
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const signalling = attachSignalling({
    server,
    rooms,
    allowedOrigins: ['https://clinic.example'],
    log: logger,
    limits: bounds,
    ...options.signalling,
  })
  const url = `ws://127.0.0.1:${address.port}/v1/signal`

  const world: SignallingWorld = {
    url,
    records,
    rooms,
    pool,
    signalling,
    log,
    connect: () => SignallingClient.connect(url),
    async arrive(visitId, who) {
      const id = who === 'host' || who === 'patient' || who === 'guest' ? records.addPerson(visitId, who) : who
      const client = await world.connect()
      return { id, client, hello: await client.hello(visitId, records.ticket(id)) }
    },
    async join(somebody) {
      const joined = await somebody.client.request('join', { rtpCapabilities: somebody.hello.routerRtpCapabilities })
      return { ...somebody, joined }
    },
    async twoInVisit() {
      const visitId = records.addVisit()
      const host = await world.arrive(visitId, 'host')
      const patient = await world.arrive(visitId, 'patient')
      await host.client.request('admit', { participantId: patient.id })
      return { visitId, host: await world.join(host), patient: await world.join(patient) }
    },
    async stop() {
      await signalling.close()
      rooms.stop()
      pool.close()
      server.close()
      await once(server, 'close')
    },
  }
  return world
}
