import { apiKeyScope, role } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { mayListApiKeys, mayManageApiKeys, mayUseRoute, rolesOfKey } from './policy.ts'

test('owners and administrators make and end keys, security officers see them, nobody else does', () => {
  const who = (may: (actor: { roles: (typeof role.options)[number][] }) => boolean) => role.options.filter((one) => may({ roles: [one] }))
  expect(who(mayManageApiKeys)).toEqual(['owner', 'administrator'])
  expect(who(mayListApiKeys)).toEqual(['owner', 'security-officer', 'administrator'])
})

test('no scope makes a key run anything, watch over anything, or know why a visit takes place', () => {
  for (const above of ['owner', 'security-officer', 'administrator', 'clinician', 'auditor'] as const) {
    expect(rolesOfKey(apiKeyScope.options)).not.toContain(above)
  }
  expect(rolesOfKey([])).toEqual([])
})

test('a route without a scope is for no key, and one with a scope for keys that have it', () => {
  expect(mayUseRoute({ scopes: apiKeyScope.options }, undefined)).toBe(false)
  for (const scope of apiKeyScope.options) {
    expect(mayUseRoute({ scopes: [scope] }, scope)).toBe(true)
    expect(mayUseRoute({ scopes: apiKeyScope.options.filter((one) => one !== scope) }, scope)).toBe(false)
  }
})
