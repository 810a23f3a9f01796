import {
  confirmed,
  me,
  signInLinkResult,
  signInStep,
  webAuthnOptions,
  type confirmationInput,
  type setupInput,
  type signInInput,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

const nothing = z.unknown()

type Json = Record<string, unknown>

/** Signing in and out, and whose session there is. */
export const sessionCalls = ({ ask, askDated, post }: Asking) => ({
  setUp: (input: z.input<typeof setupInput>) => post('/v1/setup', signInStep, input),
  exchangeSignInLink: (secret: string) => post('/v1/sign-in-links/exchange', signInLinkResult, { secret }),

  /** Where this browser stands on its way in. */
  signInStep: (signal: AbortSignal) => ask('/v1/sign-in', signInStep, { signal }),
  signIn: (input: z.input<typeof signInInput>) => post('/v1/sign-in', signInStep, input),
  forgotPassword: (email: string) => post('/v1/sign-in/forgotten', nothing, { email }),
  signInPasskeyOptions: () => post('/v1/sign-in/passkey/options', webAuthnOptions),
  signInByPasskey: (response: Json) => post('/v1/sign-in/passkey', signInStep, { response }),
  signInByCode: (code: string) => post('/v1/sign-in/code', signInStep, { code }),
  signInByRecoveryCode: (code: string) => post('/v1/sign-in/recovery-code', signInStep, { code }),
  signOut: () => post('/v1/sign-out', nothing),

  me: (signal: AbortSignal) => askDated('/v1/me', me, { signal }),
  /** The person is there, though they ask for nothing. */
  keepSession: () => post('/v1/me/activity', nothing),
  confirmPasskeyOptions: () => post('/v1/me/confirmation/passkey-options', webAuthnOptions),
  confirm: (input: z.input<typeof confirmationInput>) => post('/v1/me/confirmation', confirmed, input),
})
