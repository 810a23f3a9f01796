import { describe, expect, test } from 'vitest'
import { isStrong } from './password-strength.ts'

const about = ['dana.whitfield@harbor.example', 'Dana Whitfield', 'Harbor Clinic']

describe('weak is', () => {
  test.each([
    'password1234', 'qwertyuiop12', 'p@ssw0rdp@ssw0rd', 'aaaaaaaaaaaaaaaa', '123456789012', 'iloveyou2024', 'abcdefghijkl',
    'harborclinic', 'HarborClinic1', 'danawhitfield1', 'whitfield.dana', 'dana.whitfield@harbor.example',
    'a'.repeat(256),
  ])('%s', (password) => {
    expect(isStrong(password, about)).toBe(false)
  })
})

describe('strong is', () => {
  test.each([
    'correct horse battery staple', 'viel zu lange Wartezimmer', 'xK9#mQ2$vL7!', 'tres gatos duermen afuera', '1e8c6f2a-93b1-4d0e',
    'ünïcödé wörds äre fine töö', '🐙 octopus under the pier',
  ])('%s', (password) => {
    expect(isStrong(password, about)).toBe(true)
  })
})

test('what comes after 64 characters is not looked at, so that no password keeps the server busy', () => {
  expect(isStrong('a'.repeat(64) + ' correct horse battery staple', about)).toBe(false)
  expect(isStrong('correct horse battery staple'.padEnd(64, '.') + 'a'.repeat(192), about)).toBe(true)
})
