import type {
  BreakGlassId,
  BrokenGlass,
  BrokenGlassList,
  GlassBroken,
  OpenGlass,
  PatientId,
  breakGlassInput,
  reviewInput,
} from '@curtain/protocol'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { createRateLimiter } from '../http/rate-limit.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import type { Mail } from '../mail/mail.ts'
import { accessTo } from '../patients/reach.ts'
import { findExactly } from '../patients/search.ts'
import { findPatient } from '../patients/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import { alertWatchers } from './alert.ts'
import { mayBreakGlass, mayEndGlass, mayListGlass, mayReviewGlass } from './policy.ts'
import { breakGlassComment, breakGlassReason, type BreakGlassRow } from './schema.ts'
import {
  brokenGlasses,
  countWaiting,
  endGlass,
  insertGlass,
  lockGlass,
  openTo,
  reviewGlass,
  type BrokenGlassRow,
} from './store.ts'

/** Long enough for an emergency, too short to work by it. */
const openMs = 30 * 60_000
/** Whoever treats somebody knows who it is; more tries than these look for somebody to find. */
const triesAnHour = 10
const mostListed = 200

export interface BreakGlassOptions {
  database: Database
  keys: Keys
  mail: Mail
  /** The origin people use, for links. */
  publicUrl: () => string
  now?: () => Date
}

export type BreakGlass = ReturnType<typeof createBreakGlass>

/** Opening a patient who is not one's own, by giving a reason, for half an hour, under the eyes of a security officer. */
export function createBreakGlass({ database, keys, mail, publicUrl, now = () => new Date() }: BreakGlassOptions) {
  const mayTry = createRateLimiter({ burst: triesAnHour, perMinute: triesAnHour / 60 }, () => now().getTime())

  /** A refusal is put on record, and kept by a transaction of its own. */
  async function refuse(actor: SignedInActor, reason: 'too-many-tries' | 'nobody' | 'several', code: 'rate-limited' | 'not-found') {
    const { organizationId, userId, sessionId } = actor
    await database.inOrganization(organizationId, (tx) =>
      record(tx, { type: 'patient.glass-refused', outcome: 'denied', organizationId, userId, sessionId, facts: { reason } }, now()),
    )
    return new AppError(code)
  }

  return {
    /**
     * Opens the one patient whom this leads to. The security officers are told at once. What is open already stays as it is,
     * and does not last longer by asking again.
     * @throws AppError `forbidden`, `not-found` unless it is exactly one, `rate-limited`
     */
    async break(actor: SignedInActor, input: z.output<typeof breakGlassInput>): Promise<GlassBroken> {
      await demand(database, actor, mayBreakGlass(actor), 'patient.break-glass')
      if (!mayTry(actor.userId)) throw await refuse(actor, 'too-many-tries', 'rate-limited')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      const broken = await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const found = await findOne(tx, fields, input.patient)
        const [patientId, another] = found
        if (patientId === undefined || another !== undefined) return another === undefined ? 'nobody' : 'several'
        const access = (await accessTo(tx, actor, patientId, at))?.access ?? 'break-glass'
        const open = await openOf(tx, actor, patientId, at)
        // The front desk sees everybody, but not why their visits take place: for that a clinician among them breaks it too.
        if (open !== null || access === 'own' || access === 'team') return { patientId, access, glass: open }
        const id = newId('breakGlass', at)
        const until = new Date(at.getTime() + openMs)
        await insertGlass(tx, {
          id,
          organization_id: organizationId,
          user_id: userId,
          patient_id: patientId,
          reason: fields.seal(breakGlassReason, id, input.reason),
          broken_at: at,
          expires_at: until,
        })
        const facts = { breakGlassId: id }
        const reason = { text: input.reason, fields }
        await record(tx, { type: 'patient.glass-broken', organizationId, userId, sessionId, target: patientId, facts, reason }, at)
        const breaker = await findUser(tx, userId)
        await alertWatchers(tx, { mail, fields, publicUrl: publicUrl() }, actor, breaker?.name ?? '')
        const glass = { id, patientId, brokenAt: at.toISOString(), until: until.toISOString() }
        return { patientId, access, glass }
      })
      if (typeof broken === 'string') throw await refuse(actor, broken, 'not-found')
      return broken
    },

    /** What is open to somebody now. @throws AppError `forbidden` */
    async open(actor: SignedInActor): Promise<OpenGlass[]> {
      await demand(database, actor, mayBreakGlass(actor), 'break-glass.list-own')
      return database.inOrganization(actor.organizationId, async (tx) => {
        const rows = await openTo(tx, actor.userId, now()).selectAll().orderBy('id', 'desc').execute()
        return rows.map(describeOpen)
      })
    },

    /** Ends one's own before its time; one that is over is left alone. @throws AppError `forbidden`, `not-found` */
    async end(actor: SignedInActor, id: BreakGlassId): Promise<void> {
      await demand(database, actor, mayBreakGlass(actor), 'break-glass.end', id)
      const { organizationId, userId, sessionId } = actor
      await inReach(database, actor, async (tx) => {
        const glass = await lockGlass(tx, id)
        if (glass === undefined) throw new AppError('not-found')
        demandReach(mayEndGlass(actor, glass.user_id), 'break-glass.end', id)
        const at = now()
        if (glass.expires_at <= at || (await endGlass(tx, id, at)) === null) return
        const facts = { breakGlassId: id, reason: 'by-hand' }
        const target = glass.patient_id
        await record(tx, { type: 'patient.glass-ended', organizationId, userId, sessionId, target, facts }, at)
      })
    },

    /** How many wait for review. @throws AppError `forbidden` */
    async waiting(actor: SignedInActor): Promise<number> {
      await demand(database, actor, mayListGlass(actor), 'break-glass.count')
      return database.inOrganization(actor.organizationId, (tx) => countWaiting(tx))
    },

    /** What was opened, for review. @throws AppError `forbidden` */
    async list(actor: SignedInActor): Promise<BrokenGlassList> {
      await demand(database, actor, mayListGlass(actor), 'break-glass.list')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const rows = await brokenGlasses(tx).limit(mostListed).execute()
        const facts = { count: rows.length }
        await record(tx, { type: 'patient.glass-listed', organizationId, userId, sessionId, facts }, now())
        return { list: rows.map((row) => describe(fields, row, now())) }
      })
    },

    /**
     * Says whether it was justified, once it is over.
     * @throws AppError `forbidden` for one's own too, `not-found`, `glass-open`, `glass-reviewed`
     */
    async review(actor: SignedInActor, id: BreakGlassId, input: z.output<typeof reviewInput>): Promise<BrokenGlass> {
      await demand(database, actor, mayListGlass(actor), 'break-glass.review', id)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const at = now()
        const glass = await lockGlass(tx, id)
        if (glass === undefined) throw new AppError('not-found')
        demandReach(mayReviewGlass(actor, glass.user_id), 'break-glass.review', id, 'forbidden')
        if (glass.reviewed_at !== null) throw new AppError('glass-reviewed')
        // What is read after a review would be reviewed by nobody.
        if (glass.ended_at === null && glass.expires_at > at) throw new AppError('glass-open')
        const { outcome } = input
        const reason = { text: input.comment, fields }
        const comment = fields.seal(breakGlassComment, id, input.comment)
        await reviewGlass(tx, id, { reviewed_at: at, reviewed_by: userId, outcome, comment })
        const facts = { breakGlassId: id, outcome }
        const target = glass.patient_id
        await record(tx, { type: 'patient.glass-reviewed', organizationId, userId, sessionId, target, facts, reason }, at)
        const row = await brokenGlasses(tx).where('break_glass.id', '=', id).executeTakeFirstOrThrow()
        return describe(fields, row, at)
      })
    },
  }

  async function findOne(
    tx: Transaction,
    fields: OrganizationSealer,
    by: z.output<typeof breakGlassInput>['patient'],
  ): Promise<PatientId[]> {
    if (!('id' in by)) return findExactly(tx, fields, by)
    const row = await findPatient(tx, by.id)
    return row === undefined || row.erased_at !== null || row.merged_into !== null ? [] : [row.id]
  }

  async function openOf(tx: Transaction, actor: SignedInActor, patientId: PatientId, at: Date): Promise<OpenGlass | null> {
    const row = await openTo(tx, actor.userId, at).selectAll().where('patient_id', '=', patientId).executeTakeFirst()
    return row === undefined ? null : describeOpen(row)
  }
}

function describeOpen(row: Selectable<BreakGlassRow>): OpenGlass {
  const { id, patient_id, broken_at, expires_at } = row
  return { id, patientId: patient_id, brokenAt: broken_at.toISOString(), until: expires_at.toISOString() }
}

function describe(fields: Sealer, row: BrokenGlassRow, at: Date): BrokenGlass {
  const until = row.ended_at ?? row.expires_at
  const { reviewed_at, reviewed_by, outcome, comment } = row
  const isReviewed = reviewed_at !== null && reviewed_by !== null && outcome !== null && comment !== null
  return {
    id: row.id,
    patientId: row.patient_id,
    by: { id: row.user_id, name: row.breaker_name },
    reason: fields.open(breakGlassReason, row.id, row.reason),
    brokenAt: row.broken_at.toISOString(),
    until: until.toISOString(),
    isOpen: until > at,
    requests: Number(row.requests),
    review: isReviewed
      ? {
          at: reviewed_at.toISOString(),
          by: { id: reviewed_by, name: row.reviewer_name ?? '' },
          outcome,
          comment: fields.open(breakGlassComment, row.id, comment),
        }
      : null,
  }
}
