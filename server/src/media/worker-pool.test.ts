import { once } from 'node:events'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { startWorkerPool, type WorkerPool } from './worker-pool.ts'
import { mediaConfig } from '../../../tests/support/media-worker.ts'

const log = pino({ level: 'silent' })
let pool: WorkerPool | undefined
afterEach(() => pool?.close())

describe('the worker pool', () => {
  it('spreads rooms over the workers, also when they open at once', async () => {
    pool = await startWorkerPool(mediaConfig(2), log)
    const leases = await Promise.all(Array.from({ length: 6 }, () => pool!.openRouter()))
    expect(pool.status().map(({ rooms }) => rooms)).toEqual([3, 3])
    for (const { router } of leases) router.close()
    expect(pool.status().map(({ rooms }) => rooms)).toEqual([0, 0])
  })

  it('gives one UDP and one TCP port to each worker, on the address clients are told', async () => {
    pool = await startWorkerPool({ ...mediaConfig(1), announcedAddress: 'media.example' }, log)
    const { router, webRtcServer } = await pool.openRouter()
    const transport = await router.createWebRtcTransport({ webRtcServer, enableUdp: true, enableTcp: true })
    expect(transport.iceCandidates.map(({ address, protocol }) => [address, protocol])).toEqual(
      expect.arrayContaining([
        ['media.example', 'udp'],
        ['media.example', 'tcp'],
      ]),
    )
    expect(await webRtcServer.dump()).toMatchObject({ udpSockets: [{}], tcpServers: [{}] })
    expect(pool.status()[0]).toMatchObject({ rooms: 1, transports: 1 })
  })

  it('tells the rooms of a worker that died, waits for the new one, and counts from zero', async () => {
    pool = await startWorkerPool(mediaConfig(1), log)
    const { router, workerPid } = await pool.openRouter()
    const told = once(router, 'workerclose')
    process.kill(workerPid, 'SIGKILL')
    await told
    const next = await pool.openRouter()
    expect(next.workerPid).not.toBe(workerPid)
    expect(pool.status()).toEqual([{ pid: next.workerPid, rooms: 1, transports: 0, producers: 0, consumers: 0 }])
  })

  it('does not start without its worker, and gives no room once it is closed', async () => {
    await expect(startWorkerPool({ ...mediaConfig(1), workerBinary: '/nonexistent' }, log)).rejects.toThrow()
    pool = await startWorkerPool(mediaConfig(1), log)
    pool.close()
    pool.close()
    await expect(pool.openRouter()).rejects.toMatchObject({ code: 'media-unavailable' })
  })
})
