import { createWorker, type types } from 'mediasoup'
import type { BaseLogger } from 'pino'
import type { MediaConfig } from '../config.ts'
import { AppError } from '../errors.ts'
import { mediaCodecs } from './codecs.ts'

/** A router and the one port that its transports share. Whoever asked for it closes the router. */
interface RouterLease {
  router: types.Router
  webRtcServer: types.WebRtcServer
  /** The process that carries it. */
  workerPid: number
}

/** What a worker carries at this moment. */
interface WorkerStatus {
  /** Null while the worker is being started again. */
  pid: number | null
  rooms: number
  transports: number
  producers: number
  consumers: number
}

/** The media worker processes of this server. */
export interface WorkerPool {
  /**
   * A router on the least loaded worker; waits for a worker that is being started again.
   * @throws AppError `media-unavailable` when none came up in time
   */
  openRouter(): Promise<RouterLease>
  status(): readonly WorkerStatus[]
  /** Ends the workers and all that runs on them. */
  close(): void
}

interface LiveWorker {
  worker: types.Worker
  webRtcServer: types.WebRtcServer
}

type Load = Omit<WorkerStatus, 'pid'>

interface Slot {
  index: number
  live: LiveWorker | null
  load: Load
  failedStarts: number
}

interface Claim {
  live: LiveWorker
  load: Load
}

/** A visit between two people has four consumers: so much a room that is still empty counts. */
const consumersPerRoom = 4
const waitForWorkerMs = 10_000
const longestRestartPauseMs = 5_000

/**
 * Starts the workers, each with one port for UDP and TCP. A worker that dies is started again; its routers have
 * emitted `workerclose` by then.
 * @throws Error when a worker cannot be started
 */
export async function startWorkerPool(config: MediaConfig, log: BaseLogger): Promise<WorkerPool> {
  const slots = Array.from({ length: config.workers }, (_, index): Slot => ({
    index,
    live: null,
    load: noLoad(),
    failedStarts: 0,
  }))
  const waiting = new Set<() => void>()
  const restarts = new Set<NodeJS.Timeout>()
  let closed = false

  async function start(slot: Slot): Promise<void> {
    const worker = await createWorker({ workerBin: config.workerBinary, logLevel: 'error' })
    if (closed) return worker.close()
    worker.once('died', () => {
      if (slot.live?.worker !== worker) return
      slot.live = null
      slot.load = noLoad()
      log.error({ worker: slot.index, pid: worker.pid }, 'media worker died')
      restart(slot)
    })
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfos(config, slot.index) })
      slot.live = { worker, webRtcServer }
      slot.failedStarts = 0
    } catch (error) {
      worker.close()
      throw error
    }
    for (const wake of waiting) wake()
  }

  function restart(slot: Slot): void {
    if (closed) return
    start(slot).catch((error: unknown) => {
      slot.failedStarts++
      const pauseMs = Math.min(longestRestartPauseMs, 50 * 2 ** slot.failedStarts)
      log.error({ worker: slot.index, count: slot.failedStarts, error }, 'media worker could not be started')
      const timer = setTimeout(() => {
        restarts.delete(timer)
        restart(slot)
      }, pauseMs)
      restarts.add(timer)
    })
  }

  /** Counts a room on the least loaded worker before it is there, so that rooms that open at once spread out. */
  function claimLeastLoaded(): Claim | undefined {
    let least: Claim | undefined
    for (const { live, load } of slots) {
      if (live === null || live.worker.closed) continue
      if (least === undefined || weight(load) < weight(least.load)) least = { live, load }
    }
    if (least !== undefined) least.load.rooms++
    return least
  }

  async function claim(): Promise<Claim> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new AppError('media-unavailable')), waitForWorkerMs)
    try {
      for (;;) {
        if (closed) throw new AppError('media-unavailable')
        const claimed = claimLeastLoaded()
        if (claimed !== undefined) return claimed
        const { promise: woken, resolve: wake } = Promise.withResolvers<void>()
        waiting.add(wake)
        await Promise.race([woken, late]).finally(() => waiting.delete(wake))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  async function openRouter(): Promise<RouterLease> {
    const { live, load } = await claim()
    try {
      const router = await live.worker.createRouter({ mediaCodecs })
      router.observer.once('close', () => load.rooms--)
      router.observer.on('newtransport', (transport) => count(transport, load))
      return { router, webRtcServer: live.webRtcServer, workerPid: live.worker.pid }
    } catch (cause) {
      load.rooms--
      if (live.worker.closed && !closed) return openRouter()
      throw new AppError('media-unavailable', { cause })
    }
  }

  function close(): void {
    if (closed) return
    closed = true
    for (const timer of restarts) clearTimeout(timer)
    for (const wake of waiting) wake()
    for (const { live } of slots) live?.worker.close()
  }

  try {
    await Promise.all(slots.map(start))
  } catch (error) {
    close()
    throw error
  }
  log.info({ workers: slots.length }, 'media workers started')
  return {
    openRouter,
    status: () => slots.map(({ live, load }) => ({ pid: live?.worker.pid ?? null, ...load })),
    close,
  }
}

function noLoad(): Load {
  return { rooms: 0, transports: 0, producers: 0, consumers: 0 }
}

function weight({ rooms, consumers }: Load): number {
  return consumers + rooms * consumersPerRoom
}

function count(transport: types.Transport, load: Load): void {
  load.transports++
  transport.observer.once('close', () => load.transports--)
  transport.observer.on('newproducer', (producer) => {
    load.producers++
    producer.observer.once('close', () => load.producers--)
  })
  transport.observer.on('newconsumer', (consumer) => {
    load.consumers++
    consumer.observer.once('close', () => load.consumers--)
  })
}

function listenInfos(config: MediaConfig, index: number): types.TransportListenInfo[] {
  const protocols: types.TransportProtocol[] = []
  if (config.udp) protocols.push('udp')
  if (config.tcp) protocols.push('tcp')
  return protocols.map((protocol) => ({
    protocol,
    ip: config.host,
    ...(config.announcedAddress === null ? {} : { announcedAddress: config.announcedAddress }),
    ...(config.port === 0 ? {} : { port: config.port + index }),
    // A worker that is starved of CPU for some milliseconds should find the packets, not their loss.
    ...(protocol === 'udp' ? { sendBufferSize: 4_000_000, recvBufferSize: 4_000_000 } : {}),
  }))
}
