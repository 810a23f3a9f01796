import { z } from 'zod'
import { organizationId, secret, userId } from '../ids.ts'
import { email, line, personName } from '../text.ts'
import { linkCheck, visitKind } from './visits.ts'

/** What somebody on the staff is there for; one person may have several. What each may do: docs/access.md. */
export const role = z.enum([
  'owner',
  'security-officer',
  'administrator',
  'clinician',
  'scheduler',
  'media-operator',
  'auditor',
])
export type Role = z.infer<typeof role>

/** NIST SP 800-63B: length is what counts; the upper bound keeps hashing cheap for us and dear for nobody. */
export const password = z.string().min(12).max(256)

export const signedIn = z.object({
  user: z.object({ id: userId, name: z.string(), email: z.string(), roles: z.array(role) }),
  organization: z.object({ id: organizationId, name: z.string() }),
})
export type SignedIn = z.infer<typeof signedIn>

export const setupInput = z.object({ secret, organizationName: line(200), name: personName, email, password })

export const organizationSettings = z.object({
  /** The kinds of visits that may be made without end-to-end encryption. */
  transportVisits: z.array(visitKind).max(visitKind.options.length),
  /** What links of patients ask for, unless somebody chooses otherwise for one visit. */
  linkCheck,
})
export type OrganizationSettings = z.infer<typeof organizationSettings>

/** The settings, with what the server can do for them. */
export const organizationSettingsRead = organizationSettings.extend({ canMail: z.boolean() })
export type OrganizationSettingsRead = z.infer<typeof organizationSettingsRead>

/** A CIDR range, or one address (RFC 4632, RFC 4291). */
const addressRange = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])
export const addressRanges = z.array(addressRange).max(100)

/** How the organization protects its staff's accounts. */
export const securitySettings = z.object({
  secondFactor: z.enum(['required', 'optional']),
  /** A session is over when it was not used for so long. */
  idleMinutes: z.number().int().min(2).max(60),
  /** Null: passwords do not grow old. */
  passwordMaxAgeDays: z.number().int().min(30).max(730).nullable(),
  /** A session that comes from another address than it was opened from is over. */
  bindSessions: z.boolean(),
  /** From where staff may come; empty: from everywhere. */
  addresses: addressRanges,
  /** The same for some roles; somebody with several may come from where any of their restricted roles may, and nowhere else. */
  roleAddresses: z.partialRecord(role, addressRanges),
})
export type SecuritySettings = z.infer<typeof securitySettings>

/** The same as they are now, with the address that the request came from: what a change must not lock out. */
export const securityState = securitySettings.extend({ ownAddress: z.string() })
export type SecurityState = z.infer<typeof securityState>
