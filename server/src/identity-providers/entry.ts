import type { ErrorCode, IdentityProviderId, OrganizationId, Role, SignIn, UserId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { isUniqueViolation } from '../database/unique-violation.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import type { Caller } from '../http/caller.ts'
import type { SessionEndings } from '../sessions/endings.ts'
import { openSession } from '../sessions/progress.ts'
import type { SignInLog } from '../sign-ins/log.ts'
import { insertUser } from '../users/store.ts'
import type { Arrival } from './arrival.ts'
import { claimedRoles, type RoleRules } from './claimed-roles.ts'
import { changeRoles, type RolesChanged } from './role-change.ts'
import { findIdentity, insertIdentitySession, putIdentity, readMappings, type StoredProvider } from './store.ts'

/** Puts somebody new in line for approval, once. */
type AskForAccount = (
  tx: Transaction,
  whom: { providerId: IdentityProviderId; roles: Role[] } & Pick<Arrival, 'subjectHash' | 'email' | 'name'>,
  now: Date,
) => Promise<void>

export interface EntryOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  log: SignInLog
  askForAccount: (organizationId: OrganizationId) => Promise<AskForAccount>
  endings: Pick<SessionEndings, 'endSession' | 'refresh'>
  now?: () => Date
}

/** What somebody has when they come in. */
export interface Entered {
  token: string
  /** Whether nothing more is asked of them. */
  isWhole: boolean
}

/** Why somebody who has an account is not let in, as their login log says it. */
const outcomes: Partial<Record<ErrorCode, SignIn['outcome']>> = {
  'sign-in-suspended': 'suspended',
  'address-not-allowed': 'address-not-allowed',
  'identity-without-role': 'failed',
}

export type Entry = ReturnType<typeof createEntry>

/** How somebody whom a provider vouches for comes into an account: the one that is linked, or a new one. */
export function createEntry({ database, keys, log, askForAccount, endings, now = () => new Date() }: EntryOptions) {
  async function makeAccount(tx: Transaction, provider: StoredProvider, arrival: Arrival, roles: Role[], at: Date): Promise<UserId> {
    const { organization_id: organizationId, id: providerId } = provider
    const { name, email, subjectHash } = arrival
    const userId = newId('user', at)
    await insertUser(tx, { id: userId, organizationId, name, email, passwordHash: null, roles, now: at })
    await putIdentity(tx, { organizationId, providerId, subjectHash, userId, now: at })
    await record(tx, { type: 'user.created', organizationId, userId, target: userId, facts: { roles } }, at)
    await record(tx, { type: 'identity.linked', organizationId, userId, target: userId, facts: { providerId } }, at)
    return userId
  }

  async function recordRefusal(organizationId: OrganizationId, userId: UserId, code: ErrorCode, caller: Caller): Promise<void> {
    const outcome = outcomes[code]
    if (outcome === undefined) return
    const fields = await keys.sealer(organizationId)
    await database.inOrganization(organizationId, async (tx) => {
      const at = now()
      const facts = { reason: code }
      await record(tx, { type: 'session.sign-in-failed', organizationId, userId, outcome: 'denied', facts }, at)
      await log.write(tx, fields, { organizationId, userId, outcome, by: 'identity-provider', caller }, at)
    })
  }

  return {
    /**
     * Nobody's account is taken over by an address: one that there is already is linked by whoever is signed in to it.
     * @param signOutUrl where the session at the provider is ended, if it says
     * @throws AppError `account-exists`, `account-waiting`, `sign-in-suspended`, `identity-without-role`,
     *   `address-not-allowed`
     */
    async enter(provider: StoredProvider, arrival: Arrival, caller: Caller, signOutUrl: string | null): Promise<Entered> {
      const { organization_id: organizationId, id: providerId } = provider
      const { subjectHash } = arrival
      const rules: RoleRules = { claim: provider.role_claim, mappings: readMappings(provider) }
      const claimed = claimedRoles(rules, arrival.claims)
      const isTaken = (await database.lookUps.user(arrival.email)) !== null
      const [fields, ask] = [await keys.sealer(organizationId), await askForAccount(organizationId)]
      let known: UserId | undefined

      /** Whose session is to be opened; null for somebody who waits. */
      async function admit(tx: Transaction, at: Date): Promise<{ userId: UserId; changed: RolesChanged | null } | null> {
        known = (await findIdentity(tx, providerId, subjectHash))?.user_id
        if (known !== undefined) {
          return { userId: known, changed: await changeRoles(tx, { organizationId, userId: known }, rules, claimed, at) }
        }
        if (isTaken) throw new AppError('account-exists')
        if (provider.new_accounts === 'make' && claimed.length > 0) {
          return { userId: await makeAccount(tx, provider, arrival, claimed, at), changed: null }
        }
        await ask(tx, { providerId, roles: claimed, subjectHash, email: arrival.email, name: arrival.name }, at)
        return null
      }

      async function open(tx: Transaction): Promise<(Entered & { changed: RolesChanged | null }) | null> {
        const at = now()
        const admitted = await admit(tx, at)
        if (admitted === null) return null
        const { userId, changed } = admitted
        const opens = provider.trusts_second_factor || arrival.usedSecondFactor ? 'whole' : 'step by step'
        const whom = { organizationId, userId, way: 'identity-provider', opens } as const
        const { token, sessionId, step } = await openSession(tx, whom, { fields, caller, log, now: at })
        await insertIdentitySession(tx, {
          session_id: sessionId,
          organization_id: organizationId,
          provider_id: providerId,
          subject_hash: subjectHash,
          provider_session_hash: arrival.sessionHash,
          sign_out_url: signOutUrl,
        })
        return { token, isWhole: step.next === 'none', changed }
      }

      const entered = await database.inOrganization(organizationId, open).catch(async (error: unknown) => {
        // Two who are made at once with one address: the later one finds that there is an account.
        if (isUniqueViolation(error)) throw new AppError('account-exists', { cause: error })
        if (error instanceof AppError && known !== undefined) await recordRefusal(organizationId, known, error.code, caller)
        throw error
      })
      if (entered === null) throw new AppError('account-waiting')
      const { changed, ...rest } = entered
      for (const session of changed?.sessions ?? []) (changed?.leavesVisits ? endings.endSession : endings.refresh)(session)
      return rest
    },
  }
}
