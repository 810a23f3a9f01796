import type { AuditRetention, LegalHold, LegalHoldId, legalHoldInput } from '@curtain/protocol'
import type { z } from 'zod'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import { type Did, tellOtherWatchers } from '../audit/watchers.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import type { Mail } from '../mail/mail.ts'
import { findPatient } from '../patients/store.ts'
import type { StaffActor } from '../users/schema.ts'
import { mayChangeRetention, mayReadHoldReasons, mayReadRetention } from './policy.ts'
import { legalHoldReason } from './schema.ts'
import { endHold, findHold, holds, insertHold, insertYears, readPruned, readYears } from './store.ts'

const mostListed = 200

export interface RetentionOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  mail: Mail
  publicUrl: () => string
  now?: () => Date
}

export type Retention = ReturnType<typeof createRetention>

/** For how long an organization keeps its log, and what it keeps longer. */
export function createRetention({ database, keys, mail, publicUrl, now = () => new Date() }: RetentionOptions) {
  const tellOthers = (tx: Transaction, fields: Sealer, actor: StaffActor, did: Did) =>
    tellOtherWatchers(tx, { mail, fields, publicUrl: publicUrl() }, actor, did)

  return {
    /** @throws AppError `forbidden` */
    async read(actor: StaffActor): Promise<AuditRetention> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayReadRetention(actor), 'audit.read-retention')
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        await record(tx, { type: 'audit.state-read', organizationId, userId, sessionId }, now())
        return describe(tx, actor, fields)
      })
    },

    /** @throws AppError `forbidden` */
    async keepFor(actor: StaffActor, years: number): Promise<AuditRetention> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayChangeRetention(actor), 'audit.change-retention')
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const { years: yearsBefore } = await readYears(tx)
        if (years !== yearsBefore) {
          await insertYears(tx, { organizationId, years, userId })
          const facts = { years, yearsBefore }
          await record(tx, { type: 'log.retention-changed', organizationId, userId, sessionId, target: organizationId, facts }, now())
          await tellOthers(tx, fields, actor, {
            en: `set the years that the log is kept from ${yearsBefore} to ${years}`,
            es: `cambió los años que se conserva el registro de ${yearsBefore} a ${years}`,
          })
        }
        return describe(tx, actor, fields)
      })
    },

    /** @throws AppError `forbidden`, `not-found` where there is no such patient */
    async hold(actor: StaffActor, { patientId, reason }: z.output<typeof legalHoldInput>): Promise<AuditRetention> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayChangeRetention(actor), 'audit.hold', patientId)
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        if (patientId !== null && (await findPatient(tx, patientId)) === undefined) throw new AppError('not-found')
        const at = now()
        const id = newId('legalHold', at)
        await insertHold(tx, {
          id,
          organization_id: organizationId,
          patient_id: patientId,
          reason: fields.seal(legalHoldReason, id, reason),
          set_by: userId,
        })
        const target = patientId ?? organizationId
        const event = { type: 'log.hold-set', organizationId, userId, sessionId, target, facts: { holdId: id } } as const
        await record(tx, { ...event, reason: { text: reason, fields } }, at)
        return describe(tx, actor, fields)
      })
    },

    /** What has been ended stays so. @throws AppError `forbidden`, `not-found` */
    async endHold(actor: StaffActor, holdId: LegalHoldId): Promise<AuditRetention> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayChangeRetention(actor), 'audit.end-hold', holdId)
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const hold = await findHold(tx, holdId)
        if (hold === undefined) throw new AppError('not-found')
        if (await endHold(tx, { organizationId, holdId, userId })) {
          const target = hold.patient_id ?? organizationId
          await record(tx, { type: 'log.hold-ended', organizationId, userId, sessionId, target, facts: { holdId } }, now())
          await tellOthers(tx, fields, actor, { en: 'ended a legal hold', es: 'terminó una retención legal' })
        }
        return describe(tx, actor, fields)
      })
    },
  }
}

async function describe(tx: Transaction, actor: StaffActor, fields: Sealer): Promise<AuditRetention> {
  const rows = await holds(tx).limit(mostListed).execute()
  const pruned = await readPruned(tx)
  return {
    ...(await readYears(tx)),
    holds: rows.map(
      (row): LegalHold => ({
        id: row.id,
        patientId: row.patient_id,
        reason: mayReadHoldReasons(actor) ? fields.open(legalHoldReason, row.id, row.reason) : null,
        setAt: row.set_at.toISOString(),
        setBy: { id: row.set_by, name: row.setter_name },
        ended:
          row.ended_at === null || row.ended_by === null
            ? null
            : { at: row.ended_at.toISOString(), by: { id: row.ended_by, name: row.ender_name ?? '' } },
        isInForce: row.is_in_force,
      }),
    ),
    pruned: pruned && { count: pruned.count, lastAt: pruned.lastAt.toISOString() },
    mayChange: mayChangeRetention(actor),
  }
}
