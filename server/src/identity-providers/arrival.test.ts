import { describe, expect, test } from 'vitest'
import { hashSubject, readArrival } from './arrival.ts'

const domains = ['harbor.example', 'harbor-labs.example']
const claims = { iss: 'https://id.harbor.example', sub: '17', email: 'Kim@Harbor.example', email_verified: true, name: 'Kim Roe' }
const read = (other: Record<string, unknown>) => readArrival({ ...claims, ...other }, domains)

describe('who comes from a provider', () => {
  test('is known by issuer and subject, whatever their address is', () => {
    const [kim, renamed] = [read({}), read({ email: 'k.roe@harbor-labs.example', name: 'Kim Marsh' })]
    expect(kim).toMatchObject({ email: 'kim@harbor.example', name: 'Kim Roe' })
    expect(renamed.subjectHash).toEqual(kim.subjectHash)
    expect(hashSubject('https://id.harbor.example', '18')).not.toEqual(kim.subjectHash)
    expect(hashSubject('https://id.harbor.example1', '7')).not.toEqual(kim.subjectHash)
  })

  test.each([false, undefined, null, 'false', 'yes', 1])('is refused with email_verified %j', (email_verified) => {
    expect(() => read({ email_verified })).toThrow(expect.objectContaining({ code: 'identity-email-unverified' }))
  })

  test.each([undefined, '', 'kim', 'kim@', 7])('is refused with %j for an address', (email) => {
    expect(() => read({ email })).toThrow()
  })

  test.each(['kim@elsewhere.example', 'kim@sub.harbor.example', 'kim@xharbor.example', 'kim@harbor.example.evil.example'])(
    'is refused with an address of another domain: %s',
    (email) => {
      expect(() => read({ email })).toThrow(expect.objectContaining({ code: 'identity-email-foreign' }))
    },
  )

  test('has the first part of their address for a name where the provider tells none that can be shown', () => {
    expect(read({ name: undefined }).name).toBe('kim')
    expect(read({ name: 'Kim\u202eeoR' }).name).toBe('kim')
  })

  test.each([
    [{}, false],
    [{ amr: ['pwd'] }, false],
    [{ amr: 'mfa' }, false],
    [{ amr: ['pwd', 'mfa'] }, true],
    [{ acr: 'phr' }, true],
    [{ acr: '1' }, false],
  ])('used a second factor, as %j says: %s', (told, used) => {
    expect(read(told).usedSecondFactor).toBe(used)
  })
})
