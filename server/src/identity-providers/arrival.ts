import { createHash } from 'node:crypto'
import { email, personName } from '@curtain/protocol'
import { z } from 'zod'
import { AppError } from '../errors.ts'

/** Somebody whom a provider vouches for. */
export interface Arrival {
  subjectHash: Buffer
  /** Theirs, as the provider says, and of one of its domains. */
  email: string
  name: string
  /** Whether the provider says that they used a second factor. */
  usedSecondFactor: boolean
  sessionHash: Buffer | null
  claims: Readonly<Record<string, unknown>>
}

const claimsRead = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1),
  email: z.string().optional(),
  // A boolean (OpenID Connect Core 1.0, §5.1); some providers write it as a text.
  email_verified: z.union([z.boolean(), z.literal('true').transform(() => true)]).catch(false),
  name: z.string().optional().catch(undefined),
  amr: z.array(z.string()).catch([]),
  acr: z.string().optional().catch(undefined),
  sid: z.string().optional().catch(undefined),
})

/** Ways to authenticate that are more than a password: the EAP ACR values 1.0, and what PAPE called it before. */
const strong = new Set(['phr', 'phrh', 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'])

/**
 * What a provider says of somebody, once its signature was checked.
 * @param domains those that the provider is bound to
 * @throws AppError `identity-invalid`, `identity-email-unverified`, `identity-email-foreign`
 */
export function readArrival(claims: Readonly<Record<string, unknown>>, domains: readonly string[]): Arrival {
  const read = claimsRead.safeParse(claims)
  if (!read.success) throw new AppError('identity-invalid')
  const told = read.data
  const address = email.safeParse(told.email)
  if (!address.success || !told.email_verified) throw new AppError('identity-email-unverified')
  if (!domains.includes(domainOf(address.data))) throw new AppError('identity-email-foreign')
  const name = personName.safeParse(told.name)
  return {
    subjectHash: hashSubject(told.iss, told.sub),
    email: address.data,
    name: name.success ? name.data : (address.data.split('@')[0] ?? ''),
    // RFC 8176, §2.
    usedSecondFactor: told.amr.includes('mfa') || (told.acr !== undefined && strong.has(told.acr)),
    sessionHash: told.sid === undefined ? null : hashProviderSession(told.sid),
    claims,
  }
}

/** The part of an address after the @. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/**
 * Under what somebody from a provider is known: issuer and subject together, which the provider gives to nobody else (OpenID
 * Connect Core 1.0, §5.7). Hashed, because a subject can be a name or a personnel number, and nothing here needs to read it.
 * Whoever has the database and a list of subjects can still find them in it.
 */
export function hashSubject(issuer: string, subject: string): Buffer {
  return createHash('sha256').update(JSON.stringify(['identity', issuer, subject])).digest()
}

function hashProviderSession(sid: string): Buffer {
  return createHash('sha256').update(JSON.stringify(['provider session', sid])).digest()
}
