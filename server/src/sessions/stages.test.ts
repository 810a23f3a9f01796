import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AccountFactors, factorsOf, isMissing, nextStep, type Shown, type SignInRules } from './stages.ts'

const now = new Date('2026-03-01T09:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60_000)

const bare: AccountFactors = { passwordChangedAt: daysAgo(1), passkeys: 0, hasAuthenticator: false, recoveryCodesLeft: 0 }
const required: SignInRules = { secondFactor: 'required', passwordMaxAgeDays: null }
const optional: SignInRules = { ...required, secondFactor: 'optional' }
const byPassword: Shown = { way: 'password', factor: null, forgotPassword: false }
const byLink: Shown = { ...byPassword, way: 'link' }
const byProvider: Shown = { ...byPassword, way: 'identity-provider' }
const forgetful: Shown = { ...byLink, forgotPassword: true }

test.each<[string, Shown, AccountFactors, SignInRules, object]>([
  ['a password is enough where no factor is asked for', byPassword, bare, optional, { stage: 'whole' }],
  ['one is set up where it is', byPassword, bare, required, { stage: 'set-up', missing: ['second-factor'] }],
  [
    'one that the account has is asked for, also where none is needed',
    byPassword, { ...bare, hasAuthenticator: true }, optional, { stage: 'second-factor', factors: ['authenticator'] },
  ],
  [
    'any of those that the account has will do',
    byPassword, { ...bare, passkeys: 2, hasAuthenticator: true, recoveryCodesLeft: 3 }, required,
    { stage: 'second-factor', factors: ['passkey', 'authenticator', 'recovery-code'] },
  ],
  [
    'recovery codes that stand in for nothing are not asked for',
    byPassword, { ...bare, recoveryCodesLeft: 10 }, optional, { stage: 'whole' },
  ],
  ['with a factor shown, nothing is missing', { ...byPassword, factor: 'passkey' }, { ...bare, passkeys: 1 }, required, { stage: 'whole' }],
  [
    'a link leads through a password and a factor, in this order',
    byLink, { ...bare, passwordChangedAt: null }, required,
    { stage: 'set-up', missing: ['password', 'second-factor'] },
  ],
  [
    'a link does not get around a factor',
    byLink, { ...bare, passwordChangedAt: null, passkeys: 1 }, required,
    { stage: 'second-factor', factors: ['passkey'] },
  ],
  [
    'a password that is too old is changed',
    byPassword, { ...bare, passwordChangedAt: daysAgo(30) }, { ...optional, passwordMaxAgeDays: 30 },
    { stage: 'set-up', missing: ['new-password'] },
  ],
  [
    'one that is not yet is not',
    byPassword, { ...bare, passwordChangedAt: daysAgo(29) }, { ...optional, passwordMaxAgeDays: 30 }, { stage: 'whole' },
  ],
  [
    'an old password matters only to whoever came by it',
    byLink, { ...bare, passwordChangedAt: daysAgo(300) }, { ...optional, passwordMaxAgeDays: 30 },
    { stage: 'whole' },
  ],
  [
    'whoever forgot theirs shows a factor that the account has before anything else',
    forgetful, { ...bare, hasAuthenticator: true }, optional, { stage: 'second-factor', factors: ['authenticator'] },
  ],
  [
    'and sets a new one after it',
    { ...forgetful, factor: 'authenticator' }, { ...bare, hasAuthenticator: true }, required,
    { stage: 'set-up', missing: ['forgotten-password'] },
  ],
  [
    'and a factor as well, where there is none and one is asked for',
    forgetful, bare, required, { stage: 'set-up', missing: ['forgotten-password', 'second-factor'] },
  ],
  [
    'of whom somebody took the password off meanwhile, it is asked for once',
    forgetful, { ...bare, passwordChangedAt: null }, optional, { stage: 'set-up', missing: ['password'] },
  ],
  [
    'whom an identity provider vouches for needs no password',
    byProvider, { ...bare, passwordChangedAt: null }, optional, { stage: 'whole' },
  ],
  [
    'and a factor, where it does not say that it asked for one',
    byProvider, { ...bare, passwordChangedAt: null }, required,
    { stage: 'set-up', missing: ['second-factor'] },
  ],
])('%s', (_, shown, account, rules, step) => {
  expect(nextStep(shown, account, rules, now)).toEqual(step)
})

const account: fc.Arbitrary<AccountFactors> = fc.record({
  passwordChangedAt: fc.option(fc.integer({ min: 0, max: 800 }).map(daysAgo)),
  passkeys: fc.nat(3),
  hasAuthenticator: fc.boolean(),
  recoveryCodesLeft: fc.nat(10),
})
const rules: fc.Arbitrary<SignInRules> = fc.record({
  secondFactor: fc.constantFrom('required', 'optional'),
  passwordMaxAgeDays: fc.option(fc.integer({ min: 30, max: 730 })),
})
const shown: fc.Arbitrary<Shown> = fc.record({
  way: fc.constantFrom('password', 'link', 'identity-provider', 'setup'),
  factor: fc.option(fc.constantFrom('passkey', 'authenticator', 'recovery-code')),
  forgotPassword: fc.boolean(),
})

describe('of whatever account, however somebody came', () => {
  test('no session is whole without a factor that the account has', () => {
    fc.assert(
      fc.property(shown, account, rules, (how, has, asks) => {
        const step = nextStep({ ...how, factor: null }, has, asks, now)
        if (factorsOf(has).length > 0) expect(step.stage).toBe('second-factor')
      }),
    )
  })

  test('no session of whoever forgot their password is whole without a new one', () => {
    fc.assert(
      fc.property(shown, account, rules, (how, has, asks) => {
        const step = nextStep({ ...how, way: 'link', forgotPassword: true }, has, asks, now)
        expect(step.stage).not.toBe('whole')
      }),
    )
  })

  test('where a factor is required, no session is whole without one', () => {
    fc.assert(
      fc.property(shown, account, (how, has) => {
        const step = nextStep(how, has, { secondFactor: 'required', passwordMaxAgeDays: null }, now)
        if (step.stage === 'whole') expect(factorsOf(has).length).toBeGreaterThan(0)
      }),
    )
  })

  test('set-up misses something, and may add that alone', () => {
    fc.assert(
      fc.property(shown, account, rules, (how, has, asks) => {
        const step = nextStep(how, has, asks, now)
        const may = (['password', 'second-factor'] as const).filter((what) => isMissing(step, what))
        if (step.stage === 'set-up') expect(may).toHaveLength(step.missing.length)
        else expect(may).toEqual([])
      }),
    )
  })
})
