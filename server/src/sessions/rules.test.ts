import { expect, test } from 'vitest'
import { everywhere } from '../organizations/allowlists.ts'
import { refusalFrom, type SessionRules } from './rules.ts'

const rules: SessionRules = { idleMs: 900_000, areBound: false, allowlists: everywhere }
const session = { roles: ['clinician'], openedFrom: '198.51.100.7' } as const

test('without rules a session may move as it likes', () => {
  expect(refusalFrom(rules, session, '203.0.113.20')).toBeNull()
})

test('a bound one stays where it was opened: at an IPv4 address, or in the /64 of one subscriber', () => {
  const bound = { ...rules, areBound: true }
  expect(refusalFrom(bound, session, '::ffff:198.51.100.7')).toBeNull()
  expect(refusalFrom(bound, session, '198.51.100.8')).toBe('address')
  const ofIpv6 = { ...session, openedFrom: '2001:db8:1:2::1' }
  expect(refusalFrom(bound, ofIpv6, '2001:db8:1:2:3:4:5:6')).toBeNull()
  expect(refusalFrom(bound, ofIpv6, '2001:db8:1:3::1')).toBe('address')
})

test('that it comes from where nobody may is said before that it moved', () => {
  const both = { ...rules, areBound: true, allowlists: { ...everywhere, addresses: ['198.51.100.0/24'] } }
  expect(refusalFrom(both, session, '203.0.113.20')).toBe('address-not-allowed')
  expect(refusalFrom(both, session, '198.51.100.8')).toBe('address')
})
