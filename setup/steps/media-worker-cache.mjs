import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { contentHash } from '../content-hash.mjs'

/** The worker's exit status when it was not started by Node (worker/src/main.cpp): proof that it loads and runs. */
const notStartedByNode = 41

/**
 * Whether a file is a media worker which starts on this machine.
 *
 * @param {string} path
 */
export function isWorkingWorker(path) {
  try {
    accessSync(path, constants.X_OK)
  } catch {
    return false
  }
  return spawnSync(path, [], { env: {}, stdio: 'ignore', timeout: 10_000 }).status === notStartedByNode
}

/**
 * The version of the npm package mediasoup, which the worker must be of; undefined before it is installed.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function mediasoupVersion(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'node_modules', 'mediasoup', 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

/**
 * A hash of all that decides what the recipe in media-worker/ builds: not its documentation, not its tests.
 *
 * @param {string} root
 */
export function recipeHash(root) {
  return contentHash(join(root, 'media-worker'), ['build.sh', 'native', 'packages.txt', 'patches'], (path) =>
    basename(path) !== 'README.md',
  )
}

/**
 * The names under which the cache keeps the workers that fit: the one built here, and the one the mediasoup project
 * publishes. A worker built here links to the distribution's libraries, so it is of one distribution and its version.
 *
 * @param {object} of
 * @param {string} of.version Of mediasoup.
 * @param {string} of.recipe The recipe's hash.
 * @param {{ id: string, version: string }} of.distribution
 * @param {string} of.arch
 */
export function cacheKeys({ version, recipe, distribution, arch }) {
  return {
    built: `${version}-${distribution.id}-${distribution.version}-${arch}-${recipe.slice(0, 16)}`,
    prebuilt: `${version}-prebuilt-${arch}`,
  }
}

/**
 * Where the cache keeps the worker of a key.
 *
 * @param {string} cache
 * @param {string} key
 */
export function cachedWorker(cache, key) {
  return join(cache, 'media-worker', key, 'mediasoup-worker')
}
