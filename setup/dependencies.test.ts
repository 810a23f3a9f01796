import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installedMatchesLock } from './steps/dependencies.mjs'
import { hasIntegrity, npmCommand } from './steps/pinned-node.mjs'

const wanted = {
  '': {},
  web: {},
  'node_modules/@curtain/web': { link: true },
  'node_modules/zod': { version: '4.0.0', integrity: 'sha512-z' },
  'node_modules/bundler-linux-x64': { version: '1.0.0', integrity: 'sha512-l', optional: true },
  'node_modules/bundler-darwin-arm64': { version: '1.0.0', integrity: 'sha512-d', optional: true },
}

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'curtain-dependencies-'))
  mkdirSync(join(root, 'node_modules'))
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const install = (packages: object) =>
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))

test('packages are installed when all but those for other platforms are there', () => {
  const { 'node_modules/bundler-darwin-arm64': _, ...installed } = wanted
  install(installed)
  expect(installedMatchesLock(root)).toBe(true)
})

test('an installation that was interrupted, and so has no list, is done again', () => {
  expect(installedMatchesLock(root)).toBe(false)
})

test('a package that is missing, of another version or of another content is installed again', () => {
  const { 'node_modules/zod': zod, ...others } = wanted
  install(others)
  expect(installedMatchesLock(root)).toBe(false)
  install({ ...others, 'node_modules/zod': { ...zod, version: '4.0.1' } })
  expect(installedMatchesLock(root)).toBe(false)
  install({ ...others, 'node_modules/zod': { ...zod, integrity: 'sha512-other' } })
  expect(installedMatchesLock(root)).toBe(false)
})

test('npm is called as it called us, and another package manager is not taken for it', () => {
  expect(npmCommand({ npm_execpath: '/opt/npm/bin/npm-cli.js' }, '/opt/node')).toEqual(['/opt/node', '/opt/npm/bin/npm-cli.js'])
  expect(npmCommand({ npm_execpath: '/opt/pnpm/bin/pnpm.cjs' }, '/opt/node')).toEqual(['npm'])
  expect(npmCommand({}, '/opt/node')).toEqual(['npm'])
})

test('a file that is not what the lock file names is refused', () => {
  const file = join(root, 'node.tgz')
  writeFileSync(file, 'node')
  const integrity = `sha512-${createHash('sha512').update('node').digest('base64')}`
  expect(hasIntegrity(file, integrity)).toBe(true)
  writeFileSync(file, 'something else')
  expect(hasIntegrity(file, integrity)).toBe(false)
  expect(hasIntegrity(file, 'md5-x')).toBe(false)
})
