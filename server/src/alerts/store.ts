import type { AlertDeliveryId, AlertRuleId, UserId } from '@curtain/protocol'
import { type Insertable, sql, type Updateable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { AlertCountRow, AlertDeliveryRow, AlertRuleHeld, AlertRuleRow } from './schema.ts'
import type { Quiet } from './counting.ts'

/** With who made them, in that order. */
export function allRules(tx: Transaction) {
  return tx
    .selectFrom('alert_rules')
    .innerJoin('users', 'users.id', 'alert_rules.created_by')
    .selectAll('alert_rules')
    .select('users.name as creator_name')
    .where('alert_rules.removed_at', 'is', null)
    .orderBy('alert_rules.id')
}
export type RuleWithCreator = Awaited<ReturnType<ReturnType<typeof allRules>['executeTakeFirstOrThrow']>>

export function findRule(tx: Transaction, id: AlertRuleId): Promise<RuleWithCreator | undefined> {
  return allRules(tx).where('alert_rules.id', '=', id).executeTakeFirst()
}

export async function countRules(tx: Transaction): Promise<number> {
  const counted = tx.selectFrom('alert_rules').where('removed_at', 'is', null).select((is) => is.fn.countAll<string>().as('count'))
  return Number((await counted.executeTakeFirstOrThrow()).count)
}

/** One that was not removed, held until the transaction ends. */
export function lockRule(tx: Transaction, id: AlertRuleId): Promise<AlertRuleHeld | undefined> {
  return tx.selectFrom('alert_rules').selectAll().where('id', '=', id).where('removed_at', 'is', null).forUpdate().executeTakeFirst()
}

/** Those that watch, held until the transaction ends. */
export function lockWatchingRules(tx: Transaction): Promise<AlertRuleHeld[]> {
  const rules = tx.selectFrom('alert_rules').selectAll().where('removed_at', 'is', null).where('is_on', '=', true)
  return rules.orderBy('id').forUpdate().execute()
}

export async function insertRule(tx: Transaction, row: Insertable<AlertRuleRow>): Promise<void> {
  await tx.insertInto('alert_rules').values(row).execute()
}

export async function updateRule(tx: Transaction, id: AlertRuleId, change: Updateable<AlertRuleRow>): Promise<void> {
  await tx.updateTable('alert_rules').set(change).where('id', '=', id).execute()
}

export const noOldSecret = { old_webhook_secret: null, old_secret_until: null }

/** Unless there is another by now, whose time is not over. */
export async function deleteOldSecret(tx: Transaction, id: AlertRuleId, now: Date): Promise<void> {
  await tx.updateTable('alert_rules').set(noOldSecret).where('id', '=', id).where('old_secret_until', '<=', now).execute()
}

export async function setQuiet(tx: Transaction, id: AlertRuleId, { quiet_until, quiet_minutes, more }: Quiet): Promise<void> {
  await updateRule(tx, id, { quiet_until, quiet_minutes, more })
}

export function countsOf(tx: Transaction, rules: readonly AlertRuleId[]) {
  return tx.selectFrom('alert_counts').select(['rule_id', 'person', 'times']).where('rule_id', 'in', [...rules]).execute()
}

/** What counts of a rule and a person from now on; of nothing, nothing is kept. */
export async function keepCount(tx: Transaction, row: AlertCountRow): Promise<void> {
  if (row.times.length === 0) {
    await tx.deleteFrom('alert_counts').where('rule_id', '=', row.rule_id).where('person', '=', row.person).execute()
    return
  }
  const { times } = row
  await tx
    .insertInto('alert_counts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['rule_id', 'person']).doUpdateSet({ times }))
    .execute()
}

/** What was last counted before a moment: of those who did nothing since, nothing counts any more. */
export async function forgetOldCounts(tx: Transaction, rule: AlertRuleId, before: Date): Promise<void> {
  await tx.deleteFrom('alert_counts').where('rule_id', '=', rule).where(sql<boolean>`${before} >= all(times)`).execute()
}

export async function forgetCounts(tx: Transaction, rule: AlertRuleId): Promise<void> {
  await tx.deleteFrom('alert_counts').where('rule_id', '=', rule).execute()
}

/** The newest first. */
export function deliveries(tx: Transaction) {
  return tx
    .selectFrom('alert_deliveries')
    .innerJoin('alert_rules', 'alert_rules.id', 'alert_deliveries.rule_id')
    .selectAll('alert_deliveries')
    .select('alert_rules.name as rule_name')
    .orderBy('alert_deliveries.id', 'desc')
}
export type DeliveryWithRule = Awaited<ReturnType<ReturnType<typeof deliveries>['executeTakeFirstOrThrow']>>

export async function insertDelivery(tx: Transaction, row: Insertable<AlertDeliveryRow>): Promise<void> {
  await tx.insertInto('alert_deliveries').values(row).execute()
}

export function lockDelivery(tx: Transaction, id: AlertDeliveryId) {
  return tx.selectFrom('alert_deliveries').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function updateDelivery(tx: Transaction, id: AlertDeliveryId, change: Updateable<AlertDeliveryRow>): Promise<void> {
  await tx.updateTable('alert_deliveries').set(change).where('id', '=', id).execute()
}

/**
 * Takes a message for an attempt: until `until` no other server takes it, nor this one again after a crash.
 * @returns undefined when it is somebody else's, or over
 */
export function claimDelivery(tx: Transaction, id: AlertDeliveryId, now: Date, until: Date) {
  return tx
    .updateTable('alert_deliveries')
    .set((row) => ({ attempts: row('attempts', '+', 1), next_attempt_at: until }))
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('next_attempt_at', '<=', now)
    .returning(['rule_id', 'body', 'attempts', 'give_up_at'])
    .executeTakeFirst()
}

/** What was to be sent by a rule in a way that it has no more. */
export async function giveUpWaiting(tx: Transaction, rule: AlertRuleId, now: Date): Promise<void> {
  await tx
    .updateTable('alert_deliveries')
    .set({ state: 'failed', problem: 'rule-changed', ended_at: now, next_attempt_at: null, give_up_at: null })
    .where('rule_id', '=', rule)
    .where('state', '=', 'waiting')
    .execute()
}

/** Messages that were over by then; that they were sent, or not, stays in the log. */
export async function forgetDeliveries(tx: Transaction, endedBefore: Date): Promise<void> {
  await tx.deleteFrom('alert_deliveries').where('ended_at', '<', endedBefore).execute()
}

/** Names of staff, by id. */
export async function namesOf(tx: Transaction, ids: readonly UserId[]): Promise<Map<UserId, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.selectFrom('users').select(['id', 'name']).where('id', 'in', [...ids]).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

