import { VisitError, type MissingCapability, type VisitErrorCode } from '@curtain/client'
import type { VisitWords } from '../words/en.ts'

/** What a full page can say is wrong. */
export type ProblemKind = keyof VisitWords['problems']

const kinds: Partial<Record<VisitErrorCode, ProblemKind>> = {
  'link-invalid': 'link-invalid',
  'link-used': 'link-used',
  'link-expired': 'link-expired',
  'link-locked': 'link-locked',
  'room-token-invalid': 'room-token-invalid',
  'visit-ended': 'visit-ended',
  'visit-cancelled': 'visit-cancelled',
  'visit-full': 'visit-full',
  'visit-locked': 'visit-locked',
  'not-signed-in': 'not-signed-in',
  'not-found': 'not-found',
  forbidden: 'forbidden',
  'rate-limited': 'rate-limited',
  'sign-in-throttled': 'rate-limited',
  offline: 'offline',
  unreachable: 'offline',
  'not-ready': 'offline',
  'media-unavailable': 'offline',
  'unsupported-protocol': 'outdated',
  'unknown-message': 'outdated',
  'unsupported-browser': 'unsupported',
  'encryption-needed': 'needs-encryption',
  'clock-wrong': 'clock-wrong',
  'encryption-failed': 'encryption-failed',
}

/** The page for a code; what a patient can do nothing about is `unknown`. */
export function problemFor(code: VisitErrorCode): ProblemKind {
  return kinds[code] ?? 'unknown'
}

export function problemOf(error: unknown): VisitErrorCode {
  return error instanceof VisitError ? error.code : 'internal'
}

/** The page for a browser that lacks something; null if nothing is missing that a visit cannot do without. */
export function problemOfBrowser(missing: readonly MissingCapability[]): ProblemKind | null {
  const [first] = missing
  if (first === undefined) return null
  return first === 'secure-context' ? 'insecure' : 'unsupported'
}
