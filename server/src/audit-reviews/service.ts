import {
  breakGlassId,
  optionalReviewKind,
  type ReviewItem,
  type ReviewItemId,
  type ReviewList,
  type ReviewOverview,
  type reviewQuery,
  type ReviewRules,
  type SignedOff,
  type signOffInput,
} from '@curtain/protocol'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { readCursor } from '../audit/follow.ts'
import { logSize } from '../audit/log-store.ts'
import { record } from '../audit/record.ts'
import { tellOtherWatchers } from '../audit/watchers.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import type { Mail } from '../mail/mail.ts'
import type { SignedInActor } from '../users/schema.ts'
import { createClock } from './local-time.ts'
import { hiddenKinds, mayReadComments, mayReadReviews, mayReview, maySignOff } from './policy.ts'
import { changedRules, readRules, writeRules } from './rules.ts'
import { reviewComment } from './schema.ts'
import { countMonths, countWaiting, lockItems, pageSize, readPage, signOffItem, type ReviewItemWithNames } from './store.ts'

/** Under this name the log is followed for what is to be reviewed. */
export const reviewFollower = 'reviews'

export interface AuditReviewsOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  mail: Mail
  publicUrl: () => string
  now?: () => Date
}

export type AuditReviews = ReturnType<typeof createAuditReviews>

/** The regular review of who did what (45 CFR 164.308(a)(1)(ii)(D)): what came up, who looked at it, and what they said. */
export function createAuditReviews({ database, keys, mail, publicUrl, now = () => new Date() }: AuditReviewsOptions) {
  return {
    /** @throws AppError `forbidden` */
    async list(actor: SignedInActor, query: z.output<typeof reviewQuery>): Promise<ReviewList> {
      await demand(database, actor, mayReadReviews(actor), 'review.list')
      const { organizationId, userId, sessionId } = actor
      const fields = mayReadComments(actor) ? await keys.sealer(organizationId) : null
      return database.inOrganization(organizationId, async (tx) => {
        const rows = await readPage(tx, { ...query, hidden: hiddenKinds(actor) })
        const items = rows.slice(0, pageSize).map((row) => describe(row, fields))
        await record(tx, { type: 'review.listed', organizationId, userId, sessionId, facts: { count: items.length } }, now())
        return { items, more: rows.length > pageSize }
      })
    },

    /** How far review has come. @throws AppError `forbidden` */
    async overview(actor: SignedInActor): Promise<ReviewOverview> {
      await demand(database, actor, mayReadReviews(actor), 'review.overview')
      return database.inOrganization(actor.organizationId, async (tx) => {
        const rules = await readRules(tx)
        const waiting = await countWaiting(tx)
        const counts = await countMonths(tx, firstDay(createClock(rules.timeZone)(now()).day))
        return {
          log: { looked: await readCursor(tx, reviewFollower), size: await logSize(tx) },
          waiting: waiting.map(({ since, ...one }) => ({ ...one, since: since.toISOString() })),
          months: monthsOf(counts),
        }
      })
    },

    /**
     * Says of some of them what they were. Those that a colleague was faster with, or to which something was added since they
     * were read, are left as they are: what nobody has seen is reviewed by nobody.
     * @throws AppError `not-found` for one that there is not, `forbidden` for one's own, `glass-apart`; then nothing is signed off
     */
    async signOff(actor: SignedInActor, input: z.output<typeof signOffInput>): Promise<SignedOff> {
      await demand(database, actor, mayReview(actor), 'review.sign-off')
      const { organizationId, userId, sessionId } = actor
      const { outcome, comment } = input
      const fields = await keys.sealer(organizationId)
      const seen = new Map(input.items.map(({ id, events }) => [id, events]))
      return inReach(database, actor, async (tx) => {
        const at = now()
        const items = await lockItems(tx, [...seen.keys()])
        if (items.length < seen.size) throw new AppError('not-found')
        const signedOff: ReviewItemId[] = []
        for (const item of items) {
          const { id, user_id, kind, events, maker } = item
          demandReach(maySignOff(actor, user_id, maker), 'review.sign-off', id, 'forbidden')
          // Its reason is to be read, and the review kept with it.
          if (kind === 'break-glass') throw new AppError('glass-apart')
          if (item.signed_off_at !== null || events !== seen.get(id)) continue
          await signOffItem(tx, id, { at, by: userId, outcome, comment: fields.seal(reviewComment, id, comment) })
          const facts = { reviewItemId: id, outcome }
          await record(tx, { type: 'review.signed-off', organizationId, userId, sessionId, target: user_id, facts }, at)
          signedOff.push(id)
        }
        return { signedOff, left: [...seen.keys()].filter((id) => !signedOff.includes(id)) }
      })
    },

    /** @throws AppError `forbidden` */
    async rules(actor: SignedInActor): Promise<ReviewRules> {
      await demand(database, actor, mayReadReviews(actor), 'review.read-rules')
      return database.inOrganization(actor.organizationId, (tx) => readRules(tx))
    },

    /** From now on; what is in the queue stays there. @throws AppError `forbidden` */
    async changeRules(actor: SignedInActor, input: ReviewRules): Promise<ReviewRules> {
      await demand(database, actor, mayReview(actor), 'review.change-rules')
      const { organizationId, userId, sessionId } = actor
      const sealer = await keys.sealer(organizationId)
      // In one order and once each, so that the same rules read the same.
      const wanted = { ...input, kinds: optionalReviewKind.options.filter((kind) => input.kinds.includes(kind)) }
      return database.inOrganization(organizationId, async (tx) => {
        const fields = changedRules(await readRules(tx, 'change'), wanted)
        if (fields.length === 0) return wanted
        await writeRules(tx, organizationId, wanted)
        await record(tx, { type: 'review.rules-changed', organizationId, userId, sessionId, target: organizationId, facts: { fields } }, now())
        const did = { en: 'changed what comes up for review', es: 'cambió lo que se presenta a revisión' }
        await tellOtherWatchers(tx, { mail, fields: sealer, publicUrl: publicUrl() }, actor, did)
        return wanted
      })
    },
  }
}

/** @param fields null for whoever may not read what was written */
function describe(row: ReviewItemWithNames, fields: Sealer | null): ReviewItem {
  const { id, signed_off_at, signed_off_by, outcome, comment } = row
  const isReviewed = signed_off_at !== null && signed_off_by !== null && outcome !== null
  return {
    id,
    kind: row.kind,
    by: { id: row.user_id, name: row.doer_name },
    patientId: row.patient_id,
    breakGlassId: row.kind === 'break-glass' ? breakGlassId.parse(row.key) : null,
    from: row.first_at.toISOString(),
    until: row.last_at.toISOString(),
    events: row.events,
    most: row.most,
    review: isReviewed
      ? {
          at: signed_off_at.toISOString(),
          by: { id: signed_off_by, name: row.reviewer_name ?? '' },
          outcome,
          comment: fields === null || comment === null ? null : fields.open(reviewComment, id, comment),
        }
      : null,
  }
}

/** Of the twelve months up to a day. */
function firstDay(today: string): string {
  const [year = 0, month = 0] = today.split('-').map(Number)
  return new Date(Date.UTC(year, month - 12, 1)).toISOString().slice(0, 10)
}

function monthsOf(counts: Awaited<ReturnType<typeof countMonths>>): ReviewOverview['months'] {
  return [...Map.groupBy(counts, ({ month }) => month)].map(([month, rows]) => {
    const sum = (of: (row: (typeof rows)[number]) => boolean) => rows.filter(of).reduce((total, { count }) => total + count, 0)
    const by = [...Map.groupBy(rows, (row) => row.by)].flatMap(([id, theirs]) =>
      id === null ? [] : [{ id, name: theirs[0]?.name ?? '', count: theirs.reduce((total, { count }) => total + count, 0) }],
    )
    return {
      month,
      found: sum(() => true),
      signedOff: sum((row) => row.outcome !== null),
      notJustified: sum((row) => row.outcome === 'not-justified'),
      by,
    }
  })
}
