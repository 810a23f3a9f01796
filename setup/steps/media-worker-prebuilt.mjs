import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { logFileOf } from '../paths.mjs'
import { run } from '../run-command.mjs'
import { isWorkingWorker } from './media-worker-cache.mjs'

/** How long the server may take to answer: without a connection the person waits no longer than this. */
const answerTimeoutMs = 10_000

/** How long the whole download, of about 3 MB, may take. */
const downloadTimeoutMs = 120_000

/**
 * Where the mediasoup project publishes its worker, as the npm package's own install script (npm-scripts.mjs) has it.
 *
 * @param {{ version: string, repository: { url: string } }} manifest mediasoup's package.json.
 * @param {{ arch: string, kernel: string, base?: string | undefined }} machine `kernel` as uname -r has it; `base`
 *   replaces the address of the project's releases, for a mirror.
 */
export function prebuiltAddress(manifest, { arch, kernel, base }) {
  const releases = base || `${manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`
  const name = `mediasoup-worker-${manifest.version}-linux-${arch}-kernel${Number.parseInt(kernel, 10)}.tgz`
  return `${releases}/${manifest.version}/${name}`
}

/**
 * The body at an address. It is a program to be run, and TLS is all that vouches for it: so nothing else will do but
 * this very machine.
 *
 * @param {string} address
 * @param {AbortSignal} signal
 * @param {number} [answerTimeout] Milliseconds.
 */
export async function download(address, signal, answerTimeout = answerTimeoutMs) {
  refuseUnencrypted(address)
  const stop = new AbortController()
  const abort = () => stop.abort()
  const noAnswer = setTimeout(abort, answerTimeout)
  const tooSlow = setTimeout(abort, downloadTimeoutMs)
  signal.addEventListener('abort', abort)
  try {
    const response = await fetch(address, { signal: stop.signal })
    clearTimeout(noAnswer)
    refuseUnencrypted(response.url)
    if (!response.ok) throw new Error(`HTTP status ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  } finally {
    clearTimeout(noAnswer)
    clearTimeout(tooSlow)
    signal.removeEventListener('abort', abort)
  }
}

/** @param {string} address */
function refuseUnencrypted(address) {
  const { protocol, hostname } = new URL(address)
  const isHere = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  if (protocol !== 'https:' && !isHere) throw new Error('a media worker is fetched by https only')
}

/**
 * Fetches the worker which the mediasoup project publishes, and puts it at `path`. That it comes from the project rests
 * on TLS alone: nothing is published to check it against (media-worker/README.md).
 *
 * @param {import('../prepare.mjs').Context} context
 * @param {string} path
 * @returns {Promise<string | undefined>} `path`, or undefined if it cannot be reached or does not start here: then the
 *   reason is in the log, and we build one.
 */
export async function downloadPrebuiltWorker({ root, cache, env, progress, signal }, path) {
  const logFile = logFileOf(cache, 'media-worker')
  const folder = dirname(path)
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(dirname(logFile), { recursive: true })
  const work = mkdtempSync(`${folder}.fetch-`)
  try {
    const found = await progress.step('Looking for a ready-made media worker (up to 10 seconds)', async () => {
      const manifest = JSON.parse(readFileSync(join(root, 'node_modules', 'mediasoup', 'package.json'), 'utf8'))
      const address = prebuiltAddress(manifest, {
        arch: process.arch,
        kernel: release(),
        base: env['MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'],
      })
      try {
        writeFileSync(join(work, 'worker.tgz'), await download(address, signal))
        const name = basename(path)
        const status = await run('tar', ['-xzf', 'worker.tgz', '--no-same-owner', name], { cwd: work, logFile, signal })
        if (status !== 0) throw new Error('the archive cannot be unpacked')
        chmodSync(join(work, name), 0o755)
        if (!isWorkingWorker(join(work, name))) throw new Error('it does not start on this machine')
        mkdirSync(folder, { recursive: true })
        renameSync(join(work, name), path)
        return path
      } catch (error) {
        if (signal.aborted) throw error
        // fetch says only that it failed; why is in the cause.
        const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error
        appendFileSync(logFile, `${address}: ${String(reason)}\n`)
        return undefined
      }
    })
    if (!found) progress.say('  None to be had from here, so it is built instead.')
    return found
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
