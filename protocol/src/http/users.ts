import { z } from 'zod'
import { userId } from '../ids.ts'
import { email, instant, personName } from '../text.ts'
import { role } from './organizations.ts'

/** Somebody a visit can be planned with. */
export const clinician = z.object({ id: userId, name: z.string() })
export type Clinician = z.infer<typeof clinician>

export const clinicianList = z.object({ clinicians: z.array(clinician) })

/** An account, as those who run or watch over accounts see it. */
export const userAccount = z.object({
  id: userId,
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  /** A suspended account cannot sign in, and has no session. */
  suspended: z.boolean(),
  /** Without a password somebody signs in by one-time links alone. */
  hasPassword: z.boolean(),
  createdAt: instant,
})
export type UserAccount = z.infer<typeof userAccount>

export const userList = z.object({ users: z.array(userAccount) })

const roles = z.array(role).min(1).max(role.options.length)

export const userInput = z.object({ name: personName, email, roles })

export const userChange = z.object({
  /** In place of those there are. */
  roles: roles.optional(),
  suspended: z.boolean().optional(),
})
export type UserChange = z.infer<typeof userChange>

/** A link that signs somebody in once; told here only. */
export const oneTimeLink = z.object({ url: z.url(), expiresAt: instant })
export type OneTimeLink = z.infer<typeof oneTimeLink>

/** The same for an account of which there may be a password already: then `url` is null, as it is mailed to its user and told to nobody else. */
export const userLink = oneTimeLink.extend({ url: z.url().nullable() })
export type UserLink = z.infer<typeof userLink>

export const userCreated = z.object({
  user: userAccount,
  link: oneTimeLink,
  /** Whether it was mailed to them as well. */
  mailed: z.boolean(),
})
