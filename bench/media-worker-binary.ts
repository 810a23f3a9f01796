import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The worker that Curtain would run: named by the environment, or the one that the set-up installed. */
export function mediaWorkerBinary(): string {
  const named = process.env['CURTAIN_MEDIA_WORKER'] ?? process.env['MEDIASOUP_WORKER_BIN']
  return named ?? readFileSync(fileURLToPath(new URL('../node_modules/.cache/curtain/media-worker', import.meta.url)), 'utf8').trim()
}
