import type { PatientAccess, Role } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { mayChangeThrough, patientAccess, strongestBond, type Bond } from './policy.ts'

test.each<[Role[], Bond | null, PatientAccess | null]>([
  [['clinician'], 'own', 'own'],
  [['clinician'], 'team', 'team'],
  [['clinician'], 'break-glass', 'break-glass'],
  [['clinician'], null, null],
  [['scheduler'], null, 'all'],
  // Somebody who was a clinician once has no patients of their own any more.
  [['scheduler'], 'own', 'all'],
  [['administrator'], 'team', null],
  [['owner', 'security-officer', 'auditor'], 'own', null],
  [['clinician', 'scheduler'], 'team', 'team'],
  // Broken glass takes nothing away: who may change everybody still may.
  [['clinician', 'scheduler'], 'break-glass', 'all'],
])('to a %j, a patient tied to them by %s is seen by %s', (roles, bond, access) => {
  expect(patientAccess({ roles }, bond)).toBe(access)
})

test('of several ties the strongest counts, and broken glass is for reading', () => {
  expect(strongestBond({ own: false, team: true, 'break-glass': true })).toBe('team')
  expect(strongestBond({ own: false, team: false, 'break-glass': false })).toBeNull()
  expect((['own', 'team', 'all', 'break-glass', null] as const).filter(mayChangeThrough)).toEqual(['own', 'team', 'all'])
})
