import { z } from 'zod'
import { identityProviderId } from '../ids.ts'
import { email, instant, line } from '../text.ts'
import { role } from './organizations.ts'

/** The part of e-mail addresses after the @; other than ASCII as IDNA writes it (RFC 5891). */
export const emailDomain = z
  .string()
  .max(253)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/))

/** Whoever has this value in the claim has these roles. */
export const roleMapping = z
  .object({
    value: line(200),
    roles: z.array(role).min(1).max(role.options.length),
    /** An owner said for this value that it may make owners and security officers. */
    evenAbove: z.boolean().default(false),
  })
  .refine(({ roles, evenAbove }) => evenAbove || !roles.some((one) => one === 'owner' || one === 'security-officer'), {
    path: ['roles'],
  })
export type RoleMapping = z.infer<typeof roleMapping>

const settings = {
  /** As it stands on the button: “Sign in with …”. */
  name: line(60),
  /** Exactly as the provider names itself (OpenID Connect Core 1.0, §2). */
  issuer: z.url({ protocol: /^https?$/ }).max(500),
  clientId: line(300),
  /** Whose e-mail addresses lead to this provider, and with which addresses people may come from it. */
  domains: z.array(emailDomain).min(1).max(20),
  /** The claim that `roleMappings` look at: a text, or a list of texts. Null: roles are given here alone. */
  roleClaim: line(100).nullable(),
  roleMappings: z.array(roleMapping).max(50),
  /** Somebody new: waits for approval, or has an account at once where the claim gives them a role. */
  newAccounts: z.enum(['wait', 'make']),
  /** Whoever comes from it needs no second factor of ours. Otherwise only who comes with a sign that they used one. */
  trustsSecondFactor: z.boolean(),
}
const clientSecret = z.string().min(1).max(500)

export const identityProviderInput = z.object({
  ...settings,
  clientSecret,
  roleClaim: settings.roleClaim.default(null),
  roleMappings: settings.roleMappings.default([]),
  newAccounts: settings.newAccounts.default('wait'),
  trustsSecondFactor: settings.trustsSecondFactor.default(false),
})
export type IdentityProviderInput = z.infer<typeof identityProviderInput>

/** The client secret stays as it is where it is left out. */
export const identityProviderChange = z.object({ ...settings, clientSecret }).partial()
export type IdentityProviderChange = z.infer<typeof identityProviderChange>

/** The client secret is told to nobody. */
export const identityProvider = z.object({
  id: identityProviderId,
  name: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  domains: z.array(z.string()),
  roleClaim: z.string().nullable(),
  roleMappings: z.array(z.object({ value: z.string(), roles: z.array(role), evenAbove: z.boolean() })),
  newAccounts: settings.newAccounts,
  trustsSecondFactor: z.boolean(),
  createdAt: instant,
})
export type IdentityProvider = z.infer<typeof identityProvider>

export const identityProviderList = z.object({
  providers: z.array(identityProvider),
  /** What the provider must allow to be led back to. */
  callbackUrl: z.url(),
  /** Where it may lead back to after signing out. */
  signedOutUrl: z.url(),
})

/** A provider, as somebody sees it who may sign in with it. */
export const providerName = z.object({ id: identityProviderId, name: z.string() })
export type ProviderName = z.infer<typeof providerName>

export const providerQuestion = z.object({ email })
/** Goes by the domain alone, and tells nothing of accounts. */
export const providerAnswer = z.object({ provider: providerName.nullable() })

/** A page of our own to come to in the end. Nothing that acts, and no other site. */
export const ownPage = z.string().max(200).regex(/^\/(?!v1\/)[\w-]+(\/[\w-]+)*(\?[\w-]+=[\w-]+)?$/)
export const providerStart = z.object({ next: ownPage.optional() })

/** Where the browser is to go. */
export const redirection = z.object({ url: z.url() })

const told = z.string().max(4000).optional()
/** What a provider leads back with (RFC 6749 §4.1.2, RFC 9207). */
export const providerReturn = z.object({ code: told, state: told, iss: told, error: told })
export type ProviderReturn = z.infer<typeof providerReturn>

/** How one's own account and the organization's provider belong together. */
export const ownIdentity = z.object({
  /** With what this account can be signed in to. */
  linked: z.array(z.object({ provider: providerName, since: instant })),
  /** With what it could be, by its e-mail address. */
  available: providerName.nullable(),
  /** Where the session at the provider that this one was opened with is ended, if it has such a place. */
  signOut: z.object({ provider: providerName, url: z.url() }).nullable(),
})
export type OwnIdentity = z.infer<typeof ownIdentity>
