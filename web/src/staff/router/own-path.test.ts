import { makeId } from '@curtain/protocol'
import { describe, expect, test } from 'vitest'
import { ownPath, signInPath } from './own-path.ts'

const visit = makeId('visit', 0, new Uint8Array(10))
const patient = makeId('patient', 0, new Uint8Array(10))

describe('after signing in', () => {
  test('people go on to the page they came from', () => {
    expect(ownPath('/today')).toBe('/today')
    expect(ownPath('/today?day=2026-03-08')).toBe('/today?day=2026-03-08')
    expect(ownPath(`/visits/${visit}`)).toBe(`/visits/${visit}`)
    expect(ownPath('/settings')).toBe('/settings')
    expect(ownPath('/account')).toBe('/account')
    expect(ownPath('/api-keys')).toBe('/api-keys')
    expect(ownPath('/patients')).toBe('/patients')
    expect(ownPath(`/patients/${patient}`)).toBe(`/patients/${patient}`)
    expect(ownPath('/reviews')).toBe('/reviews')
    expect(ownPath(`/patients/${patient}/access-log`)).toBe(`/patients/${patient}/access-log`)
    expect(ownPath(`/log?patient=${patient}&outcome=denied`)).toBe(`/log?patient=${patient}&outcome=denied`)
    expect(ownPath('/log?name=Ann')).toBe('/log')
  })

  test.each([
    null,
    '',
    'https://elsewhere.example/',
    '//elsewhere.example/today',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    '/visits/../../elsewhere',
    `/visits/${visit}/cancel`,
    '/today?next=//elsewhere.example',
    '/settings?allow=consultation',
    '/settings/encryption',
    `/patients/${patient}/erase`,
    '/patients?name=Ann',
    '/v1/sign-out',
  ])('nobody is led anywhere else: %s', (next) => {
    expect(ownPath(next)).toBe('/today')
  })

  test('the way back is in the address of the sign-in page', () => {
    expect(signInPath('/today')).toBe('/sign-in')
    const address = new URL(signInPath(`/visits/${visit}`), 'http://localhost')
    expect(ownPath(address.searchParams.get('next'))).toBe(`/visits/${visit}`)
  })
})
