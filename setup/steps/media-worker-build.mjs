import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { logFileOf } from '../paths.mjs'
import { run } from '../run-command.mjs'
import { SetUpError } from '../set-up-error.mjs'
import { ensurePackages, thisDistribution } from './system-packages.mjs'

/**
 * How far ninja is, from a line such as `[17/278] Compiling …`.
 *
 * @param {string} line
 * @returns {number | undefined} From 0 to 1.
 */
export function ninjaFraction(line) {
  const match = /^\[(\d+)\/(\d+)\]/.exec(line)
  return match ? Number(match[1]) / Number(match[2]) : undefined
}

/**
 * Builds the worker by the recipe in media-worker/ and puts it at `path`.
 *
 * @param {import('../prepare.mjs').Context} context
 * @param {string} path
 */
export async function buildWorker(context, path) {
  const { root, cache, env, progress, signal } = context
  const distribution = thisDistribution()
  if (!distribution.hasApt) {
    throw new SetUpError(
      `No ready-made media worker could be had, and Curtain can build one only on Debian or Ubuntu, not on ${distribution.name}. Set CURTAIN_MEDIA_WORKER to the path of a mediasoup-worker for this machine (media-worker/README.md).`,
      { logFile: logFileOf(cache, 'media-worker') },
    )
  }
  const recipe = join(root, 'media-worker')
  await ensurePackages(context, {
    packages: readFileSync(join(recipe, 'packages.txt'), 'utf8').trim().split('\n'),
    purpose: 'Building the media worker',
    estimate: 'about a minute, once',
  })

  const logFile = logFileOf(cache, 'media-worker')
  await progress.step('Building the media worker (about 4 minutes, once)', async (report) => {
    const status = await run(join(recipe, 'build.sh'), [join(root, 'node_modules', 'mediasoup'), path], {
      env,
      logFile,
      signal,
      onLine: (line) => {
        const fraction = ninjaFraction(line)
        if (fraction !== undefined) report(fraction)
      },
    })
    if (status !== 0) {
      throw new SetUpError(
        'The media worker could not be built. The last lines of the log say why; media-worker/README.md says what the build needs.',
        { logFile },
      )
    }
  })
  return path
}
