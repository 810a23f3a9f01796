import { Secret, TOTP } from 'otpauth'
import type { UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import { authenticatorSecret } from './schema.ts'
import { authenticatorUsed, lockAuthenticator } from './store.ts'

/** RFC 6238 as every app has it: HMAC-SHA-1, six digits, steps of 30 seconds. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 }
/** Clocks go wrong, and people type slowly: one step before and after. */
const window = 1

/** 160 bits, the length that RFC 4226 §4 recommends; base32. */
export function newAuthenticatorSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** What an app reads from a picture: the secret, and under which name to show its codes. */
export function authenticatorUri(secret: string, email: string): string {
  return new TOTP({ ...parameters, issuer: 'Curtain', label: email, secret }).toString()
}

/**
 * The time step of a code; null for a wrong one, and for one of a step up to the last that was accepted, so that a code
 * that somebody saw being typed is worth nothing (RFC 6238 §5.2).
 */
export function stepOf(secret: string, code: string, lastStep: number | null, now: Date): number | null {
  const delta = TOTP.validate({ ...parameters, token: code, secret: Secret.fromBase32(secret), timestamp: now.getTime(), window })
  if (delta === null) return null
  const step = TOTP.counter({ period: parameters.period, timestamp: now.getTime() }) + delta
  return lastStep === null || step > lastStep ? step : null
}

/** Takes a code of the app that is in use, for the only time. @param fields the organization's sealer */
export async function acceptCode(tx: Transaction, fields: Sealer, userId: UserId, code: string, now: Date): Promise<boolean> {
  const row = await lockAuthenticator(tx, userId, true)
  if (row === undefined) return false
  const secret = fields.open(authenticatorSecret, userId, row.secret)
  const step = stepOf(secret, code, row.last_step === null ? null : Number(row.last_step), now)
  if (step === null) return false
  await authenticatorUsed(tx, userId, step)
  return true
}
