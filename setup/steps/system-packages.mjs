import { readFileSync } from 'node:fs'
import { logFileOf } from '../paths.mjs'
import { capture, run } from '../run-command.mjs'
import { SetUpError } from '../set-up-error.mjs'

/**
 * The distribution, from os-release(5).
 *
 * @typedef {object} Distribution
 * @property {string} id Such as `debian`.
 * @property {string} version Such as `12`, or the codename where there is no number.
 * @property {string} name For people, such as `Debian GNU/Linux 12 (bookworm)`.
 * @property {boolean} hasApt Whether it is Debian, Ubuntu or made from one of them.
 */

/**
 * @param {string} text The content of /etc/os-release.
 * @returns {Distribution}
 */
export function parseOsRelease(text) {
  /** @type {Record<string, string>} */
  const fields = {}
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(['"]?)(.*)\2$/.exec(line.trim())
    if (match?.[1]) fields[match[1]] = match[3] ?? ''
  }
  const id = fields['ID'] || 'linux'
  return {
    id,
    version: fields['VERSION_ID'] || fields['VERSION_CODENAME'] || 'unknown',
    name: fields['PRETTY_NAME'] || id,
    hasApt: [id, ...(fields['ID_LIKE'] ?? '').split(' ')].some((like) => like === 'debian' || like === 'ubuntu'),
  }
}

/** @returns {Distribution} */
export function thisDistribution() {
  try {
    return parseOsRelease(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return parseOsRelease('')
  }
}

/**
 * Which of these Debian packages are not installed. Without dpkg nobody can tell: all of them.
 *
 * @param {string[]} packages
 */
export function missingPackages(packages) {
  if (packages.length === 0) return []
  const { stdout } = capture('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\\n', ...packages])
  const installed = new Set(
    stdout.split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.split(' ')[0]),
  )
  return packages.filter((name) => !installed.has(name))
}

/**
 * What to tell someone whose packages we cannot install.
 *
 * @param {object} wanted
 * @param {string[]} wanted.missing
 * @param {string} wanted.purpose
 * @param {Distribution} wanted.distribution
 */
export function installationAdvice({ missing, purpose, distribution }) {
  const list = missing.join(' ')
  return distribution.hasApt
    ? `${purpose} needs system packages. Install them, and run the same command again:\n\n  sudo apt-get update && sudo apt-get install --no-install-recommends ${list}`
    : `${purpose} needs what Debian calls: ${list}. Install what ${distribution.name} calls them, and run the same command again.`
}

/**
 * Installs the Debian packages that are missing, or throws a SetUpError which says how to.
 *
 * @param {import('../prepare.mjs').Context} context
 * @param {{ packages: string[], purpose: string, estimate: string }} wanted `purpose` begins the sentence of what needs
 *   them.
 */
export async function ensurePackages({ cache, env, progress, signal }, { packages, purpose, estimate }) {
  const missing = missingPackages(packages)
  if (missing.length === 0) return
  const distribution = thisDistribution()
  if (!distribution.hasApt || process.getuid?.() !== 0) {
    throw new SetUpError(installationAdvice({ missing, purpose, distribution }))
  }
  const logFile = logFileOf(cache, 'system-packages')
  const options = {
    logFile,
    signal,
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    // apt stops between packages; killing dpkg would leave one half installed.
    finishesOnItsOwn: true,
  }
  const patience = ['-q', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300']
  await progress.step(`Installing system packages (${estimate}): ${missing.join(' ')}`, async () => {
    // A failed update is not the end: the lists which are there may do.
    await run('apt-get', [...patience, 'update'], options)
    const status = await run('apt-get', [...patience, 'install', '-y', '--no-install-recommends', ...missing], options)
    if (status !== 0) {
      throw new SetUpError(
        'apt-get could not install the system packages. Check that the archives in /etc/apt are reachable, and run the same command again.',
        { logFile },
      )
    }
  })
}
