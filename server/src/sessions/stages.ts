import type { SecondFactor, SignInStep, SignInWay } from '@curtain/protocol'

/** What an account has to show that it is its user. */
export interface AccountFactors {
  /** Null: it has no password. */
  passwordChangedAt: Date | null
  passkeys: number
  hasAuthenticator: boolean
  recoveryCodesLeft: number
}

/** What an organization asks of its accounts. */
export interface SignInRules {
  secondFactor: 'required' | 'optional'
  passwordMaxAgeDays: number | null
}

/** How a session began, and what was shown with it since. */
export interface Shown {
  way: SignInWay
  factor: SecondFactor | null
  /** They came by a link for whoever forgot their password, and have not set another yet. */
  forgotPassword: boolean
}

type Missing = Extract<SignInStep, { next: 'set-up' }>['missing'][number]

/** What comes next for a session that is not whole. */
export type NextStep =
  | { stage: 'second-factor'; factors: SecondFactor[] }
  | { stage: 'set-up'; missing: Missing[] }
  | { stage: 'whole' }

const dayMs = 24 * 60 * 60_000

/** A session that is not whole is over after so long: whoever signs in does it in one go. */
export const unfinishedMs = 10 * 60_000

/** The second factors that an account has. Recovery codes stand in for one, and are none by themselves. */
export function factorsOf({ passkeys, hasAuthenticator, recoveryCodesLeft }: AccountFactors): SecondFactor[] {
  const own: SecondFactor[] = [...(passkeys > 0 ? ['passkey' as const] : []), ...(hasAuthenticator ? ['authenticator' as const] : [])]
  return own.length > 0 && recoveryCodesLeft > 0 ? [...own, 'recovery-code'] : own
}

/**
 * What a session still needs to be whole, asked anew at each step: what was set up or relaxed meanwhile, here or in another
 * browser, counts. A factor that the account has is asked for before anything else, so that nobody gets around it by
 * coming when there was none. Whom an identity provider vouches for needs no password of ours.
 */
export function nextStep({ way, factor, forgotPassword }: Shown, account: AccountFactors, rules: SignInRules, now: Date): NextStep {
  const factors = factorsOf(account)
  if (factor === null && factors.length > 0) return { stage: 'second-factor', factors }
  const missing: Missing[] = []
  if (account.passwordChangedAt === null) {
    if (way !== 'identity-provider') missing.push('password')
  } else if (forgotPassword) missing.push('forgotten-password')
  else if (way === 'password' && isTooOld(account.passwordChangedAt, rules, now)) missing.push('new-password')
  if (rules.secondFactor === 'required' && factors.length === 0) missing.push('second-factor')
  return missing.length > 0 ? { stage: 'set-up', missing } : { stage: 'whole' }
}

function isTooOld(changedAt: Date, { passwordMaxAgeDays }: SignInRules, now: Date): boolean {
  return passwordMaxAgeDays !== null && now.getTime() - changedAt.getTime() >= passwordMaxAgeDays * dayMs
}

/** Whether a session may change what protects its account: one in set-up may add what is missing, and nothing else. */
export function isMissing(step: NextStep, what: 'password' | 'second-factor'): boolean {
  if (step.stage !== 'set-up') return false
  return step.missing.some((one) => (one === 'second-factor' ? one : 'password') === what)
}

