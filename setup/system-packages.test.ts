import { expect, test } from 'vitest'
import { installationAdvice, parseOsRelease } from './steps/system-packages.mjs'

const debian = parseOsRelease('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n')
const fedora = parseOsRelease('NAME="Fedora Linux"\nID=fedora\nVERSION_ID=42\nPRETTY_NAME="Fedora Linux 42"\n')

test('a distribution is known by its os-release file', () => {
  expect(debian).toEqual({ id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)', hasApt: true })
  expect(fedora).toEqual({ id: 'fedora', version: '42', name: 'Fedora Linux 42', hasApt: false })
  expect(parseOsRelease('ID=linuxmint\nID_LIKE="ubuntu debian"\n').hasApt).toBe(true)
  expect(parseOsRelease('ID=debian\nVERSION_CODENAME=sid\n').version).toBe('sid')
  expect(parseOsRelease('')).toEqual({ id: 'linux', version: 'unknown', name: 'linux', hasApt: false })
})

test('someone who may not install packages is told the command', () => {
  expect(installationAdvice({ missing: ['g++', 'meson'], purpose: 'The build', distribution: debian })).toContain(
    'sudo apt-get update && sudo apt-get install --no-install-recommends g++ meson',
  )
})

test("on another distribution the packages are named by Debian's names, without a command that does not exist there", () => {
  const advice = installationAdvice({ missing: ['g++', 'meson'], purpose: 'The build', distribution: fedora })
  expect(advice).toContain('what Debian calls: g++ meson')
  expect(advice).toContain('Fedora Linux 42')
  expect(advice).not.toContain('apt-get')
})
