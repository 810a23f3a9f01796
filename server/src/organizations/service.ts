import { timingSafeEqual } from 'node:crypto'
import type { OrganizationId, Role, SignedIn, UserId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import { runFrom } from '../audit/request-origin.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import { isStrong } from '../protection/password-strength.ts'
import { hashPassword } from '../users/passwords.ts'
import { insertUser } from '../users/store.ts'
import { insertOrganization } from './store.ts'

export interface NewOrganization {
  organizationName: string
  /** Its first user. */
  name: string
  email: string
  /** Null: they sign in by link only. */
  password: string | null
  /** Whether its staff need a second factor; they do unless told otherwise. */
  secondFactor?: 'required' | 'optional'
}

/** The first user runs everything, and sees patients as well: most small practices are one person at first. */
const firstRoles: readonly Role[] = ['owner', 'clinician']

/** What organizations are made with. */
export interface OrganizationParts {
  database: Database
  keys: Keys
}

/**
 * Makes an organization with its key and its first user.
 * @throws AppError `not-ready` while the root key is away
 */
export async function createOrganization(
  { database, keys }: OrganizationParts,
  input: NewOrganization,
  now: Date,
): Promise<{ organizationId: OrganizationId; userId: UserId; signedIn: SignedIn }> {
  const organizationId = newId('organization', now)
  const userId = newId('user', now)
  const passwordHash = input.password === null ? null : await hashPassword(input.password)
  const roles = [...firstRoles]
  const key = await keys.newOrganization(organizationId)
  const write = async (tx: Transaction) => {
    await insertOrganization(tx, { id: organizationId, name: input.organizationName, secondFactor: input.secondFactor ?? 'required', now })
    await key.insert(tx, now)
    await insertUser(tx, { id: userId, organizationId, name: input.name, email: input.email, passwordHash, roles, now })
    await record(tx, { type: 'organization.created', organizationId, userId, target: organizationId }, now)
    await record(tx, { type: 'user.created', organizationId, userId, target: userId, facts: { roles } }, now)
  }
  // Nothing can be sealed for it before its key is in use: where it was made from is not on record.
  await runFrom(null, () => database.inOrganization(organizationId, write))
  key.use()
  return {
    organizationId,
    userId,
    signedIn: {
      user: { id: userId, name: input.name, email: input.email, roles },
      organization: { id: organizationId, name: input.organizationName },
    },
  }
}

/** The one-time link with which the first organization is made. */
export interface SetupLink {
  /** What goes into the link's fragment; null when Curtain is set up already. Only ever shown on the terminal. */
  readonly secret: string | null
  /** @throws AppError `setup-link-invalid`, also when it was used meanwhile or is a day old; `password-weak` */
  redeem(secret: string, input: NewOrganization): ReturnType<typeof createOrganization>
}

/** What was printed once may stay in a terminal's memory or a journal. */
const setupLinkMs = 24 * 60 * 60_000

/** A new link at each start, for a day and until it is used: nothing of it is kept on disk. */
export function createSetupLink(parts: OrganizationParts, organizationExists: boolean, now = () => new Date()): SetupLink {
  const { secret, hash } = newSecret()
  const expiresAt = now().getTime() + setupLinkMs
  let state: 'open' | 'in-use' | 'used' = organizationExists ? 'used' : 'open'
  return {
    get secret() {
      return state === 'used' ? null : secret
    },
    async redeem(shown, input) {
      const isValid = state === 'open' && now().getTime() < expiresAt && timingSafeEqual(hashSecret(shown), hash)
      if (!isValid) throw new AppError('setup-link-invalid')
      const { password, email, name, organizationName } = input
      if (password !== null && !isStrong(password, [email, name, organizationName])) throw new AppError('password-weak')
      state = 'in-use'
      try {
        const created = await createOrganization(parts, input, now())
        state = 'used'
        return created
      } finally {
        if (state === 'in-use') state = 'open'
      }
    },
  }
}
