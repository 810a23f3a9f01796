import { join } from 'node:path'
import { installedCache } from '../paths.mjs'
import { SetUpError } from '../set-up-error.mjs'
import { readLine, writeLine } from '../stamp.mjs'
import { buildWorker } from './media-worker-build.mjs'
import { cacheKeys, cachedWorker, isWorkingWorker, mediasoupVersion, recipeHash } from './media-worker-cache.mjs'
import { downloadPrebuiltWorker } from './media-worker-prebuilt.mjs'
import { thisDistribution } from './system-packages.mjs'

/**
 * Where the server reads the worker's path when neither CURTAIN_MEDIA_WORKER nor MEDIASOUP_WORKER_BIN is set.
 *
 * @param {string} root
 */
const workerPathFile = (root) => join(installedCache(root), 'media-worker')

/** The variables by which a person names a worker of their own; the first one that is set counts. */
const variables = ['CURTAIN_MEDIA_WORKER', 'MEDIASOUP_WORKER_BIN']

/** @param {NodeJS.ProcessEnv} env */
const mayUsePrebuilt = (env) => env['CURTAIN_MEDIA_WORKER_PREBUILT'] !== 'never'

/**
 * The worker's path if nothing has to be fetched or built for it: the person's own, else one from the cache.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {{ built: string, prebuilt: string }} paths Where the cache keeps the workers that fit.
 * @param {(path: string) => boolean} [isWorking]
 * @returns {string | undefined}
 * @throws {SetUpError} The person's own worker does not start.
 */
export function readyWorker(env, { built, prebuilt }, isWorking = isWorkingWorker) {
  const variable = variables.find((name) => env[name])
  const own = variable && env[variable]
  if (own) {
    if (isWorking(own)) return own
    throw new SetUpError(
      `${variable} is ${own}, which is not a media worker that starts on this machine. Correct it, or unset it to have one fetched or built.`,
    )
  }
  return (mayUsePrebuilt(env) ? [built, prebuilt] : [built]).find(isWorking)
}

/** @param {import('../prepare.mjs').Context} context @param {string} version */
function cachePaths({ root, cache }, version) {
  const keys = cacheKeys({ version, recipe: recipeHash(root), distribution: thisDistribution(), arch: process.arch })
  return { built: cachedWorker(cache, keys.built), prebuilt: cachedWorker(cache, keys.prebuilt) }
}

/** The media worker, the process that forwards the media: the person's own, a cached one, the project's, or a build. */
export const mediaWorker = {
  /** @param {import('../prepare.mjs').Context} context */
  isDone(context) {
    const version = mediasoupVersion(context.root)
    if (!version) return false
    const ready = readyWorker(context.env, cachePaths(context, version))
    return ready !== undefined && ready === readLine(workerPathFile(context.root))
  },

  /** @param {import('../prepare.mjs').Context} context */
  async run(context) {
    const version = mediasoupVersion(context.root)
    if (!version) throw new SetUpError('The npm package mediasoup is not installed. Remove node_modules and try again.')
    const paths = cachePaths(context, version)
    const path =
      readyWorker(context.env, paths) ??
      (mayUsePrebuilt(context.env) ? await downloadPrebuiltWorker(context, paths.prebuilt) : undefined) ??
      (await buildWorker(context, paths.built))
    writeLine(workerPathFile(context.root), path)
  },
}
