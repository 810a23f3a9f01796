import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const repository = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/**
 * The folder for what is worth keeping when this clone goes: XDG Base Directory Specification, user-specific cache.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function userCache(env) {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'curtain')
}

/**
 * The folder for what belongs to this clone's installed packages, and goes when they do.
 *
 * @param {string} root
 */
export function installedCache(root) {
  return join(root, 'node_modules', '.cache', 'curtain')
}

/**
 * Where the output of a step's commands is kept: outside node_modules, which `npm ci` removes.
 *
 * @param {string} cache
 * @param {string} step
 */
export function logFileOf(cache, step) {
  return join(cache, 'logs', `${step}.log`)
}
