import type { SecuritySettings } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { changesOnto, draftOf, readDraft } from './draft.ts'

const settings: SecuritySettings = {
  secondFactor: 'required',
  idleMinutes: 15,
  passwordMaxAgeDays: null,
  bindSessions: false,
  addresses: ['198.51.100.0/24', '2001:db8::/48'],
  roleAddresses: { clinician: ['203.0.113.7'] },
}

test('a form that nobody touched says what was set', () => {
  expect(readDraft(draftOf(settings))).toEqual(settings)
  expect(draftOf(settings).addresses).toBe('198.51.100.0/24\n2001:db8::/48')
})

test('addresses may be typed as people do, and a role without any is not restricted', () => {
  const draft = draftOf(settings)
  const typed = { ...draft, addresses: ' 198.51.100.1,198.51.100.2 ', roleAddresses: { ...draft.roleAddresses, clinician: ' \n' } }
  expect(readDraft(typed)).toMatchObject({ addresses: ['198.51.100.1', '198.51.100.2'], roleAddresses: {} })
})

test('what is no address is named by its field', () => {
  const draft = draftOf(settings)
  const typed = { ...draft, addresses: 'the office', roleAddresses: { ...draft.roleAddresses, auditor: '198.51.100.0/33' } }
  expect(readDraft(typed)).toEqual({ wrong: ['all', 'auditor'] })
})

test('what another owner changed meanwhile stays', () => {
  const now = { ...settings, idleMinutes: 5, roleAddresses: {} }
  const wanted = { ...settings, bindSessions: true, roleAddresses: { auditor: ['203.0.113.9'] } }
  expect(changesOnto(now, settings, wanted)).toEqual({ ...wanted, idleMinutes: 5 })
  expect(changesOnto(now, settings, { ...settings, bindSessions: true })).toEqual({ ...now, bindSessions: true })
})
