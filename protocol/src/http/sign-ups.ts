import { z } from 'zod'
import { organizationId, secret, signUpId } from '../ids.ts'
import { email, instant, paragraph, personName } from '../text.ts'
import { role } from './organizations.ts'
import { oneTimeLink, userAccount } from './users.ts'

const roles = z.array(role).min(1).max(role.options.length)

/** Whoever opened the page that asks for an account is told whose it is. */
export const joinPage = z.object({ organization: z.object({ name: z.string() }) })

/** Asks for an account. The answer is the same whether or not there is one with this address. */
export const signUpInput = z.object({
  organizationId,
  name: personName,
  email,
  /** Who they are, for whoever decides. */
  note: paragraph(500),
})
export const signUpReceived = z.object({
  /** Whether an e-mail was sent in which the address is to be confirmed. Goes by the server alone. */
  mailed: z.boolean(),
})

export const signUpConfirmation = z.object({ secret })

/** Somebody who is to have an account, if whoever may decides so. */
export const signUp = z.object({
  id: signUpId,
  /** They asked themselves, a colleague asked for them, or they came from an identity provider. */
  kind: z.enum(['request', 'proposal', 'identity-provider']),
  name: z.string(),
  email: z.string(),
  note: z.string(),
  /** Whether they showed that the address is theirs. */
  emailConfirmed: z.boolean(),
  /** What a colleague, or a claim of the provider, says that they are to be. */
  roles: z.array(role),
  /** The name of that colleague, or of the provider. */
  from: z.string().nullable(),
  /** Whether it was the reader who proposed them: then somebody else decides. */
  isOwn: z.boolean(),
  createdAt: instant,
  expiresAt: instant,
})
export type SignUp = z.infer<typeof signUp>

export const signUpList = z.object({
  /** Whether people may ask for an account themselves. */
  open: z.boolean(),
  /** Where they do. */
  joinUrl: z.url(),
  signUps: z.array(signUp),
})
export type SignUpList = z.infer<typeof signUpList>

export const signUpSettings = z.object({ open: z.boolean() })

export const signUpApproval = z.object({ roles })

/** A new account, and how its user comes in for the first time. */
export const admitted = z.object({
  user: userAccount,
  /** To be handed over by whoever reads this; null where it was mailed, or none is needed. */
  link: oneTimeLink.nullable(),
  mailed: z.boolean(),
})
export type Admitted = z.infer<typeof admitted>

export const invitationInput = z.object({
  name: personName,
  email,
  roles,
  note: paragraph(500).default(''),
})

/** Whoever may make such an account makes it so; for everybody else it waits for somebody who may. */
export const invited = z.discriminatedUnion('outcome', [
  admitted.extend({ outcome: z.literal('admitted') }),
  z.object({ outcome: z.literal('waiting'), id: signUpId, expiresAt: instant }),
])
