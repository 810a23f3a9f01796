import { role, type Role, type RoleMapping } from '@curtain/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claimedRoles, rolesAfter, type RoleRules } from './claimed-roles.ts'

const mapping = (value: string, ...roles: Role[]): RoleMapping => ({ value, roles, evenAbove: false })
const rules: RoleRules = { claim: 'groups', mappings: [mapping('doctors', 'clinician'), mapping('desk', 'scheduler', 'auditor')] }

describe('what a claim is worth', () => {
  test('a text or a list of texts names groups', () => {
    expect(claimedRoles(rules, { groups: 'doctors' })).toEqual(['clinician'])
    expect(claimedRoles(rules, { groups: ['desk', 'doctors', 'golf'] })).toEqual(['clinician', 'scheduler', 'auditor'])
  })

  test.each([undefined, null, 7, {}, { doctors: true }, [['doctors']], 'Doctors', 'doctors desk'])('%j names none', (groups) => {
    expect(claimedRoles(rules, { groups })).toEqual([])
  })

  test('without a claim to look at, nothing gives a role or takes one', () => {
    const none = { ...rules, claim: null }
    expect(claimedRoles(none, { groups: ['doctors'], null: 'doctors' })).toEqual([])
    expect(rolesAfter(none, ['clinician', 'owner'], [])).toEqual(['owner', 'clinician'])
  })
})

test('a claim takes what it could have given, and leaves every other role alone', () => {
  expect(rolesAfter(rules, ['owner', 'clinician'], ['scheduler'])).toEqual(['owner', 'scheduler'])
  expect(rolesAfter(rules, ['clinician'], [])).toEqual([])
})

test('whoever comes twice with the same claim has the same roles', () => {
  const roles = fc.subarray([...role.options])
  fc.assert(
    fc.property(roles, roles, (before, claimed) => {
      const mapped = { claim: 'groups', mappings: [{ value: 'all', roles: claimed, evenAbove: true }] }
      const once = rolesAfter(mapped, before, claimed)
      expect(rolesAfter(mapped, once, claimed)).toEqual(once)
    }),
  )
})
