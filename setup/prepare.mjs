// Gets a fresh clone ready to run: `node setup/prepare.mjs demo|start|test`, which `npm run demo`, `npm start` and
// `npm test` call first. Every step is skipped when its result is there already, which takes milliseconds. Runs on any
// Node from 18 and needs nothing but Node and npm, because it is what installs the rest.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { takeLock } from './lock.mjs'
import { repository, userCache } from './paths.mjs'
import { createProgress } from './progress.mjs'
import { SetUpError } from './set-up-error.mjs'
import { dependencies } from './steps/dependencies.mjs'
import { mediaWorker } from './steps/media-worker.mjs'
import { postgresUser } from './steps/postgres-user.mjs'
import { testTools } from './steps/test-tools.mjs'
import { webBuild } from './steps/web-build.mjs'

/**
 * What every step gets.
 *
 * @typedef {object} Context
 * @property {string} root The repository's folder.
 * @property {string} cache The folder of what outlives this clone: Node, the media worker, logs.
 * @property {NodeJS.ProcessEnv} env
 * @property {import('./progress.mjs').Progress} progress
 * @property {AbortSignal} signal Aborted when the person presses Ctrl-C.
 */

/**
 * A step of the set-up.
 *
 * @typedef {object} Step
 * @property {(context: Context) => boolean} isDone Whether there is nothing to do; quick, without side effects.
 * @property {(context: Context) => Promise<void>} run Does it, or throws a SetUpError.
 */

/** @type {Record<string, Step[]>} */
const stepsOf = {
  demo: [dependencies, postgresUser, mediaWorker, webBuild],
  start: [dependencies, postgresUser, mediaWorker, webBuild],
  test: [dependencies, testTools, postgresUser, mediaWorker, webBuild],
}

/** @param {string | undefined} mode @param {AbortSignal} signal */
async function prepare(mode, signal) {
  const steps = stepsOf[mode ?? '']
  if (!steps) throw new SetUpError('Say what to prepare for: node setup/prepare.mjs demo, start or test.')
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetUpError(
      `Curtain runs on Linux on x86-64 only; this is ${process.platform} on ${process.arch}. Use a container or a virtual machine.`,
    )
  }

  const root = repository
  const cache = userCache(process.env)
  /** @type {Context} */
  const context = { root, cache, env: process.env, progress: createProgress(process.stderr), signal }
  if (steps.every((step) => step.isDone(context))) return

  try {
    mkdirSync(cache, { recursive: true })
  } catch (cause) {
    throw new SetUpError(`Cannot write to ${cache}. Set XDG_CACHE_HOME to a folder you may write to.`, { cause })
  }
  // Two set-ups of one clone at once (say a test run beside a start) would install into the same folders.
  const lock = await takeLock(join(cache, 'locks'), root, {
    signal,
    onWait: () => context.progress.say('Another set-up of this folder is running; waiting for it …'),
  })
  try {
    for (const step of steps) if (!step.isDone(context)) await step.run(context)
  } finally {
    lock.release()
  }
}

// What is fetched and built here is run later: nobody else may change it, however loose this person's umask is.
process.umask(process.umask() | 0o022)

const stop = new AbortController()
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => stop.abort())

try {
  await prepare(process.argv[2], stop.signal)
} catch (error) {
  if (stop.signal.aborted) {
    process.stderr.write('\nStopped. The same command goes on from here.\n')
    process.exitCode = 130
  } else if (error instanceof SetUpError) {
    process.stderr.write(`\n${error.message}\n`)
    if (error.logFile) process.stderr.write(`Details: ${error.logFile}\n`)
    process.exitCode = 1
  } else {
    throw error
  }
}
