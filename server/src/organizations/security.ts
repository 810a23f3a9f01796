import type { SecuritySettings } from '@curtain/protocol'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import type { Sealer } from '../keys/fields.ts'
import type { StaffActor } from '../users/schema.ts'
import { areOpen, everywhere, mayComeFrom, readAllowlists, writeAllowlists } from './allowlists.ts'
import { mayChangeSecurity, mayReadSecurity } from './policy.ts'
import { allowedAddresses } from './schema.ts'
import { setSecurity, securityRow } from './store.ts'

export interface SecurityOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  now?: () => Date
}

export type Security = ReturnType<typeof createSecurity>

/** How an organization protects its staff's accounts. */
export function createSecurity({ database, keys, now = () => new Date() }: SecurityOptions) {
  return {
    /** @throws AppError `forbidden` */
    async read(actor: StaffActor): Promise<SecuritySettings> {
      const { organizationId } = actor
      await demand(database, actor, mayReadSecurity(actor), 'organization.read-security', organizationId)
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, (tx) => readSecurity(tx, fields))
    },

    /**
     * Puts the settings in place of those there are. They hold from the next request of everybody's on.
     * @param address where the owner is: they must be let in from there afterwards
     * @throws AppError `forbidden`, `locked-out`
     */
    async change(actor: StaffActor, wanted: SecuritySettings, address: string): Promise<SecuritySettings> {
      const { organizationId, userId, sessionId, roles } = actor
      await demand(database, actor, mayChangeSecurity(actor), 'organization.change-security', organizationId)
      if (!mayComeFrom(wanted, roles, address)) throw new AppError('locked-out')
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const before = await readSecurity(tx, fields, 'change')
        const facts = differences(before, wanted)
        if (facts.fields.length === 0) return before
        await setSecurity(tx, organizationId, {
          second_factor: wanted.secondFactor,
          idle_minutes: wanted.idleMinutes,
          password_max_age_days: wanted.passwordMaxAgeDays,
          bind_sessions: wanted.bindSessions,
          allowed_addresses: areOpen(wanted) ? null : fields.seal(allowedAddresses, organizationId, writeAllowlists(wanted)),
        })
        const type = 'organization.security-changed'
        await record(tx, { type, organizationId, userId, sessionId, target: organizationId, facts }, now())
        return readSecurity(tx, fields)
      })
    },
  }
}

async function readSecurity(tx: Transaction, fields: Sealer, purpose: 'read' | 'change' = 'read'): Promise<SecuritySettings> {
  const row = await securityRow(tx, purpose)
  const sealed = row.allowed_addresses
  return {
    secondFactor: row.second_factor,
    idleMinutes: row.idle_minutes,
    passwordMaxAgeDays: row.password_max_age_days,
    bindSessions: row.bind_sessions,
    ...(sealed === null ? everywhere : readAllowlists(fields.open(allowedAddresses, row.id, sealed))),
  }
}

const plainSettings = ['secondFactor', 'idleMinutes', 'passwordMaxAgeDays', 'bindSessions'] as const

/** What is different, for the audit log: of addresses that they are, and no more. */
function differences(before: SecuritySettings, after: SecuritySettings) {
  const changed = plainSettings.filter((name) => before[name] !== after[name])
  const inWords = (value: SecuritySettings[(typeof plainSettings)[number]]) =>
    value === null ? 'none' : typeof value === 'boolean' ? (value ? 'on' : 'off') : value
  const listsDiffer = (['addresses', 'roleAddresses'] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  return {
    fields: [...changed, ...listsDiffer],
    ...Object.fromEntries(
      changed.flatMap((name) => [
        [name, inWords(after[name])],
        [`${name}Before`, inWords(before[name])],
      ]),
    ),
  }
}
