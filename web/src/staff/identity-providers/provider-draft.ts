import { emailDomain, line, role, roleMapping, type IdentityProvider, type Role } from '@curtain/protocol'
import { z } from 'zod'

/** An identity provider as it is filled in. */
export interface ProviderDraft {
  name: string
  issuer: string
  clientId: string
  clientSecret: string
  /** With a comma between them. */
  domains: string
  newAccounts: IdentityProvider['newAccounts']
  trustsSecondFactor: boolean
  claim: string
  /** For each role the values that give it, with a comma between them. */
  values: Record<Role, string>
  /** Whether values may make owners and security officers. */
  evenAbove: boolean
}

/** Roles that a value gives only where an owner says so for it. */
export const rolesAbove: readonly Role[] = ['owner', 'security-officer']

const separated = (text: string) => text.split(',').map((part) => part.trim()).filter((part) => part !== '')

export function draftOf(provider: IdentityProvider | null): ProviderDraft {
  const mappings = provider?.roleMappings ?? []
  const valuesOf = (one: Role) => mappings.filter(({ roles }) => roles.includes(one)).map(({ value }) => value).join(', ')
  return {
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? 'https://',
    clientId: provider?.clientId ?? '',
    clientSecret: '',
    domains: (provider?.domains ?? []).join(', '),
    newAccounts: provider?.newAccounts ?? 'wait',
    trustsSecondFactor: provider?.trustsSecondFactor ?? false,
    claim: provider?.roleClaim ?? '',
    values: {
      owner: valuesOf('owner'),
      'security-officer': valuesOf('security-officer'),
      administrator: valuesOf('administrator'),
      clinician: valuesOf('clinician'),
      scheduler: valuesOf('scheduler'),
      'media-operator': valuesOf('media-operator'),
      auditor: valuesOf('auditor'),
    },
    evenAbove: mappings.some(({ evenAbove }) => evenAbove),
  }
}

const fields = {
  name: line(60),
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: line(300),
  domains: z.string().transform(separated).pipe(z.array(emailDomain).min(1).max(20)),
}

/** What is wrong with a draft, by field. */
export function wrongIn(draft: ProviderDraft, isNew: boolean): Record<keyof typeof fields | 'clientSecret', boolean> {
  return {
    name: !fields.name.safeParse(draft.name).success,
    issuer: !fields.issuer.safeParse(draft.issuer).success,
    clientId: !fields.clientId.safeParse(draft.clientId).success,
    domains: !fields.domains.safeParse(draft.domains).success,
    clientSecret: isNew && draft.clientSecret === '',
  }
}

/** What is sent of a draft in which nothing is wrong. */
export function settingsOf(draft: ProviderDraft) {
  const given = role.options.filter((one) => draft.evenAbove || !rolesAbove.includes(one))
  const values = new Set(given.flatMap((one) => separated(draft.values[one])))
  return {
    name: draft.name,
    issuer: draft.issuer,
    clientId: draft.clientId,
    domains: fields.domains.parse(draft.domains),
    newAccounts: draft.newAccounts,
    trustsSecondFactor: draft.trustsSecondFactor,
    roleClaim: draft.claim.trim() === '' ? null : draft.claim,
    roleMappings: [...values].map((value): z.input<typeof roleMapping> => {
      const roles = given.filter((one) => separated(draft.values[one]).includes(value))
      return { value, roles, evenAbove: roles.some((one) => rolesAbove.includes(one)) }
    }),
  }
}
