import { readFileSync } from 'node:fs'
import type { MediaConfig } from '../../server/src/config.ts'

/** The worker that the set-up installed, or the one the environment names. */
function workerBinary(): string {
  const named = process.env['CURTAIN_MEDIA_WORKER'] ?? process.env['MEDIASOUP_WORKER_BIN']
  if (named !== undefined) return named
  return readFileSync(new URL('../../node_modules/.cache/curtain/media-worker', import.meta.url), 'utf8').trim()
}

/** Real workers on loopback, on any free port. */
export function mediaConfig(workers = 1): MediaConfig {
  return {
    workerBinary: workerBinary(),
    workers,
    host: '127.0.0.1',
    announcedAddress: null,
    port: 0,
    udp: true,
    tcp: true,
    turn: null,
  }
}
