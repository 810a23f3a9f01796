import { z } from 'zod'
import { organizationId, secret, userId, visitId } from '../ids.ts'
import { email, line, personName } from '../text.ts'
import { visitKind } from './visits.ts'

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
export const signInInput = z.object({ email, password: z.string().max(256) })
export const signInLinkInput = z.object({ secret })
export const signInLinkResult = signedIn.extend({
  /** The visit to show first, if the link was made for one. */
  visitId: visitId.nullable(),
})

export const organizationSettings = z.object({
  /** The kinds of visits that may be made without end-to-end encryption. */
  transportVisits: z.array(visitKind).max(visitKind.options.length),
})
export type OrganizationSettings = z.infer<typeof organizationSettings>
