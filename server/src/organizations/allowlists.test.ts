import { securitySettings } from '@curtain/protocol'
import { describe, expect, test } from 'vitest'
import { areOpen, everywhere, mayComeFrom, readAllowlists, writeAllowlists } from './allowlists.ts'

const from = (addresses: string[]) => ({ ...everywhere, addresses })

test('without lists everybody may come from everywhere', () => {
  expect(areOpen(everywhere)).toBe(true)
  expect(areOpen({ addresses: [], roleAddresses: { clinician: [] } })).toBe(true)
  expect(mayComeFrom(everywhere, ['clinician'], '192.0.2.1')).toBe(true)
})

test.each([
  ['198.51.100.7', '198.51.100.7', true],
  ['198.51.100.7', '198.51.100.8', false],
  ['198.51.100.0/24', '198.51.100.255', true],
  ['198.51.100.0/24', '198.51.101.0', false],
  // Bits after the prefix are how people write down where they are.
  ['198.51.100.77/24', '198.51.100.1', true],
  ['198.51.100.0/24', '::ffff:198.51.100.9', true],
  ['198.51.100.0/24', '::ffff:c633:6409', true],
  ['198.51.100.0/24', '::ffff:c633:6509', false],
  ['::ffff:198.51.100.0/120', '198.51.100.9', true],
  ['2001:db8:1::/48', '2001:db8:1:2::3', true],
  ['2001:db8:1::/48', '2001:db8:2::3', false],
  ['2001:DB8::1', '2001:db8:0:0:0:0:0:1', true],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['2001:db8::/32', '198.51.100.9', false],
  ['::/0', '2001:db8::1', true],
  ['::/0', '198.51.100.9', false],
  ['::ffff:0.0.0.0/96', '198.51.100.9', true],
  ['198.51.100.0/24', '2001:db8::1', false],
  ['198.51.100.0/24', '', false],
  ['198.51.100.0/24', 'unknown', false],
  ['198.51.100.0/24', '198.51.100.9, 203.0.113.1', false],
])('the list %s lets %s come: %s', (range, address, allowed) => {
  expect(mayComeFrom(from([range]), ['owner'], address)).toBe(allowed)
})

describe('lists of roles', () => {
  const lists = {
    addresses: [],
    roleAddresses: { clinician: ['198.51.100.0/24'], scheduler: ['203.0.113.0/24'] },
  }

  test('hold for those who have the role', () => {
    expect(mayComeFrom(lists, ['clinician'], '198.51.100.1')).toBe(true)
    expect(mayComeFrom(lists, ['clinician'], '203.0.113.1')).toBe(false)
    expect(mayComeFrom(lists, ['owner'], '192.0.2.1')).toBe(true)
  })

  test('let somebody with several come from where any of their restricted roles may, and nowhere else', () => {
    expect(mayComeFrom(lists, ['clinician', 'scheduler'], '203.0.113.1')).toBe(true)
    expect(mayComeFrom(lists, ['clinician', 'owner'], '192.0.2.1')).toBe(false)
  })

  test('open nothing that the organization’s own list keeps shut', () => {
    const both = { ...lists, addresses: ['198.51.100.0/25'] }
    expect(mayComeFrom(both, ['clinician'], '198.51.100.1')).toBe(true)
    expect(mayComeFrom(both, ['clinician'], '198.51.100.200')).toBe(false)
    expect(mayComeFrom(both, ['scheduler'], '203.0.113.1')).toBe(false)
  })
})

test('what is kept reads as it was, and what a later version wrote is refused rather than opened wide', () => {
  const lists = { addresses: ['198.51.100.0/24'], roleAddresses: { auditor: ['2001:db8::/32'] } }
  expect(readAllowlists(writeAllowlists(lists))).toEqual(lists)
  expect(() => readAllowlists('{"ranges":[]}')).toThrow()
})

test.each(['198.51.100.0/33', '2001:db8::/129', '198.51.100', 'everywhere', '198.51.100.0/24, 203.0.113.0/24', '::1/'])(
  'the settings refuse %s',
  (range) => {
    const settings = { secondFactor: 'required', idleMinutes: 15, passwordMaxAgeDays: null, bindSessions: false, roleAddresses: {} }
    expect(securitySettings.safeParse({ ...settings, addresses: [range] }).success).toBe(false)
  },
)
