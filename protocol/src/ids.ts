import { z } from 'zod'

/**
 * Ids are a three-letter prefix and a UUIDv7 (RFC 9562) in Crockford base32: `vis_06f5k…`. They sort by
 * the time they were made, carry no meaning and are safe in logs and URLs.
 */
export const idPrefixes = {
  organization: 'org',
  user: 'usr',
  session: 'ses',
  signInLink: 'sil',
  patient: 'pat',
  visit: 'vis',
  link: 'lnk',
  participant: 'par',
  participantSession: 'pse',
  auditEvent: 'evt',
  passkey: 'pky',
  signIn: 'sin',
  mail: 'eml',
  team: 'tea',
  breakGlass: 'bgl',
  patientChange: 'pch',
  apiKey: 'key',
  roomToken: 'rtk',
  identityProvider: 'idp',
  signUp: 'sgu',
  savedSearch: 'ssv',
  reviewItem: 'rev',
  alertRule: 'alr',
  alertDelivery: 'ald',
  webhookDelivery: 'whd',
  legalHold: 'hld',
} as const

export type IdKind = keyof typeof idPrefixes
export type Id<Kind extends IdKind> = `${(typeof idPrefixes)[Kind]}_${string}`

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const encodedLength = 26

/**
 * Makes an id.
 * @param now Unix time in milliseconds.
 * @param random 10 bytes from a cryptographic generator.
 */
export function makeId<Kind extends IdKind>(kind: Kind, now: number, random: Uint8Array): Id<Kind> {
  if (random.length < 10) throw new RangeError('an id needs 10 random bytes')
  let value = BigInt(now) << 80n
  for (let i = 0; i < 10; i++) value |= BigInt(random[i] ?? 0) << BigInt(8 * (9 - i))
  value = (value & ~(0xfn << 76n)) | (7n << 76n) // version 7
  value = (value & ~(0x3n << 62n)) | (2n << 62n) // RFC variant
  let text = ''
  for (let shift = 125; shift >= 0; shift -= 5) text += alphabet[Number((value >> BigInt(shift)) & 31n)] ?? ''
  return `${idPrefixes[kind]}_${text}`
}

/** When something was made, by its id (RFC 9562 §5.7): Unix time in milliseconds. */
export function madeAt(id: Id<IdKind>): number {
  let value = 0n
  for (const letter of id.slice(id.indexOf('_') + 1)) value = (value << 5n) | BigInt(alphabet.indexOf(letter))
  return Number(value >> 80n)
}

function idSchema<const Kind extends IdKind>(kind: Kind) {
  const body = z.string().regex(new RegExp(`^[${alphabet}]{${encodedLength}}$`))
  const prefix: (typeof idPrefixes)[Kind] = idPrefixes[kind]
  return z.templateLiteral([prefix, '_', body])
}

export const organizationId = idSchema('organization')
export const userId = idSchema('user')
export const sessionId = idSchema('session')
export const signInLinkId = idSchema('signInLink')
export const patientId = idSchema('patient')
export const visitId = idSchema('visit')
export const linkId = idSchema('link')
export const participantId = idSchema('participant')
export const participantSessionId = idSchema('participantSession')
export const auditEventId = idSchema('auditEvent')
export const passkeyId = idSchema('passkey')
export const signInId = idSchema('signIn')
export const teamId = idSchema('team')
export const breakGlassId = idSchema('breakGlass')
export const patientChangeId = idSchema('patientChange')
export const apiKeyId = idSchema('apiKey')
export const roomTokenId = idSchema('roomToken')
export const identityProviderId = idSchema('identityProvider')
export const signUpId = idSchema('signUp')
export const savedSearchId = idSchema('savedSearch')
export const reviewItemId = idSchema('reviewItem')
export const alertRuleId = idSchema('alertRule')
export const alertDeliveryId = idSchema('alertDelivery')
export const legalHoldId = idSchema('legalHold')
/** An id of whatever kind; no other text, which might say something about somebody. */
export const anyId = z.string().regex(new RegExp(`^[a-z]{3}_[${alphabet}]{${encodedLength}}$`), 'is no id')

export type OrganizationId = Id<'organization'>
export type UserId = Id<'user'>
export type IdentityProviderId = Id<'identityProvider'>
export type SignUpId = Id<'signUp'>
export type SavedSearchId = Id<'savedSearch'>
export type ReviewItemId = Id<'reviewItem'>
export type AlertRuleId = Id<'alertRule'>
export type AlertDeliveryId = Id<'alertDelivery'>
export type LegalHoldId = Id<'legalHold'>
export type PatientId = Id<'patient'>
export type VisitId = Id<'visit'>
export type LinkId = Id<'link'>
export type ParticipantId = Id<'participant'>
export type TeamId = Id<'team'>
export type BreakGlassId = Id<'breakGlass'>

/** A secret as it travels: 32 random bytes in base64url. Never logged, stored only as its SHA-256. */
export const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
