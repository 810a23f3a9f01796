import { z } from 'zod'
import { passkeyId, secret, sessionId, signInId, userId, visitId } from '../ids.ts'
import { email, instant, line } from '../text.ts'
import { password, signedIn } from './organizations.ts'

/** How somebody shows, after their password, that it is them. */
export const secondFactor = z.enum(['passkey', 'authenticator', 'recovery-code'])
export type SecondFactor = z.infer<typeof secondFactor>

/**
 * Where a browser stands on its way in. Until it is `none` its session opens nothing but that way: `second-factor` asks for
 * one that the account has, `set-up` for what the account still lacks.
 */
export const signInStep = z.discriminatedUnion('next', [
  signedIn.extend({ next: z.literal('none') }),
  z.object({ next: z.literal('second-factor'), factors: z.array(secondFactor) }),
  z.object({
    next: z.literal('set-up'),
    user: z.object({ name: z.string(), email: z.string() }),
    organization: z.object({ name: z.string() }),
    /**
     * In the order in which they are to be set up. `new-password`: there is one, and it is too old. `forgotten-password`: there is
     * one, and it is not asked for.
     */
    missing: z.array(z.enum(['password', 'new-password', 'forgotten-password', 'second-factor'])),
  }),
])
export type SignInStep = z.infer<typeof signInStep>

export const signInInput = z.object({ email, password: z.string().max(256) })
export const forgottenPasswordInput = z.object({ email })
export const signInLinkInput = z.object({ secret })

export const signInLinkResult = z.object({
  step: signInStep,
  /** The visit to show first, if the link was made for one. */
  visitId: visitId.nullable(),
})

/** Six digits of an authenticator app (RFC 6238); blanks are how apps show them. */
export const oneTimeCode = z.string().max(16).transform((text) => text.replaceAll(/\s/g, '')).pipe(z.string().regex(/^\d{6}$/))
export const codeInput = z.object({ code: oneTimeCode })

/** As it was shown once: letters and digits in groups; case, blanks and hyphens do not matter. */
export const recoveryCodeInput = z.object({ code: z.string().min(8).max(64) })

/** What the browser's own WebAuthn functions take and give, in their JSON form (WebAuthn level 3, §5.1). */
export const webAuthnJson = z.record(z.string(), z.unknown())
export const webAuthnOptions = z.object({ options: webAuthnJson })
export const passkeyInput = z.object({ response: webAuthnJson })

export const newPasskeyInput = z.object({ response: webAuthnJson, name: line(60) })
export const passkeyChange = z.object({ name: line(60) })

/** What an authenticator app is set up with: as text to type, and as a URI for a picture to scan. Told this once. */
export const newAuthenticator = z.object({ secret: z.string(), uri: z.string() })
/** Ten of them; told this once. */
export const recoveryCodes = z.object({ codes: z.array(z.string()) })

/** `current` is left out by who has none yet, or comes by a link that asks for a new one. */
export const passwordInput = z.object({ current: z.string().max(256).optional(), password })

/** How an account is protected, as its user sees it. */
export const protection = z.object({
  hasPassword: z.boolean(),
  passwordChangedAt: instant.nullable(),
  passkeys: z.array(
    z.object({ id: passkeyId, name: z.string(), createdAt: instant, lastUsedAt: instant.nullable(), synced: z.boolean() }),
  ),
  authenticator: z.object({ createdAt: instant }).nullable(),
  recoveryCodesLeft: z.number().int(),
  /** Whether the organization asks everybody for a passkey or an authenticator app. */
  secondFactorRequired: z.boolean(),
})
export type Protection = z.infer<typeof protection>

/** The answer to whatever changes it. In set-up, when nothing is missing any more, the session is whole with this answer. */
export const protectionChanged = z.object({ protection, step: signInStep })

/** Shows again that it is them: by one of the ways their account has. */
export const confirmationInput = z.union([
  z.object({ password: z.string().max(256) }),
  z.object({ code: oneTimeCode }),
  z.object({ response: webAuthnJson }),
])
export const confirmed = z.object({ until: instant })

/** Who is signed in, and how long. */
export const me = signedIn.extend({
  session: z.object({
    id: sessionId,
    /** The session is over then, used or not. */
    endsAt: instant,
    /** It is over when it was not used for so long. */
    idleMinutes: z.number().int(),
    lastUsedAt: instant,
    /** Until when what is dangerous is let pass without another confirmation; null when that time is over. */
    confirmedUntil: instant.nullable(),
  }),
})
export type Me = z.infer<typeof me>

/** Requests with this header set to `background` were not made by the person, and do not keep a session from ending. */
export const useHeader = 'curtain-use'

/** A browser as its user may know it again; made of its user agent, never the whole of it. */
export const device = z.object({
  browser: z.string(),
  system: z.string(),
})
export type Device = z.infer<typeof device>

export const staffSession = z.object({
  id: sessionId,
  isThis: z.boolean(),
  device,
  /** Where it was opened from. */
  address: z.string(),
  createdAt: instant,
  lastUsedAt: instant,
})
export const staffSessionList = z.object({ sessions: z.array(staffSession) })
export type StaffSession = z.infer<typeof staffSession>

export const signInOutcome = z.enum(['signed-in', 'failed', 'throttled', 'address-not-allowed', 'suspended'])
export type SignInOutcome = z.infer<typeof signInOutcome>
export const signInWay = z.enum(['password', 'link', 'identity-provider', 'setup'])
export type SignInWay = z.infer<typeof signInWay>

/** A line of the login log. */
export const signIn = z.object({
  id: signInId,
  at: instant,
  userId,
  userName: z.string(),
  outcome: signInOutcome,
  by: signInWay,
  device,
  address: z.string(),
  /** It had not been used by this account before. */
  isNewDevice: z.boolean(),
})
export const signInList = z.object({ signIns: z.array(signIn), more: z.boolean() })
export type SignIn = z.infer<typeof signIn>

/** `before` is the id of the last line that was seen. */
export const signInQuery = z.object({ before: signInId.optional(), userId: userId.optional() })
