import type { AlertRuleId, OrganizationId } from '@curtain/protocol'
import type { TakeEvents } from '../audit/follow.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Keys } from '../keys/keys.ts'
import type { Log } from '../log.ts'
import { countOne, eventsOf, minuteMs, onEnough, onQuietEnd, personOf } from './counting.ts'
import { raise, type RaisingParts } from './raise.ts'
import type { AlertRuleHeld } from './schema.ts'
import { countsOf, forgetOldCounts, keepCount, lockRule, lockWatchingRules, setQuiet } from './store.ts'

export interface AlertWatchOptions extends RaisingParts {
  database: Database
  keys: Pick<Keys, 'sealer'>
  log: Log
  now?: () => Date
}

export type AlertWatch = ReturnType<typeof createAlertWatch>

/** Looks at what comes into the logs, and alerts whom the organization's rules say. */
export function createAlertWatch({ database, keys, log, now = () => new Date(), ...parts }: AlertWatchOptions) {
  /** Events of one organization, in the order of its log: what a follower of the log takes. */
  const take: TakeEvents = async (tx, organizationId, events, fields) => {
    const rules = await lockWatchingRules(tx)
    const relevant = rules.map((rule) => ({ rule, events: eventsOf(rule, events) })).filter((one) => one.events.length > 0)
    if (relevant.length === 0) return
    const counts = await readCounts(tx, relevant.map(({ rule }) => rule))
    for (const { rule, events: matching } of relevant) {
      const { quiet_until, quiet_minutes, more } = rule
      let quiet = { quiet_until, quiet_minutes, more }
      const touched = new Set<string>()
      for (const event of matching) {
        const person = personOf(rule, event)
        const key = keyOf(rule.id, person)
        const { times, isEnough } = countOne(rule, counts.get(key) ?? [], event.at)
        counts.set(key, times)
        touched.add(person)
        if (!isEnough) continue
        const at = now()
        const enough = onEnough({ ...quiet, count: rule.count }, at)
        quiet = enough.quiet
        if (enough.isTold) await raise(tx, parts, fields, rule, { kind: 'event', count: rule.count, event, quietMinutes: 0, at })
      }
      for (const person of touched) {
        const times = counts.get(keyOf(rule.id, person)) ?? []
        await keepCount(tx, { organization_id: organizationId, rule_id: rule.id, person, times })
      }
      const firstAt = Math.min(...matching.map(({ at }) => at.getTime()))
      await forgetOldCounts(tx, rule.id, new Date(firstAt - rule.within_minutes * minuteMs))
      await setQuiet(tx, rule.id, quiet)
    }
  }

  async function endQuiet(organizationId: OrganizationId, id: AlertRuleId): Promise<void> {
    const fields = await keys.sealer(organizationId)
    await database.inOrganization(organizationId, async (tx) => {
      const at = now()
      const rule = await lockRule(tx, id)
      if (rule === undefined || rule.quiet_until === null || rule.quiet_until > at) return
      const { quiet, told } = onQuietEnd(rule, at)
      await setQuiet(tx, id, quiet)
      if (told > 0) await raise(tx, parts, fields, rule, { kind: 'more', count: told, event: null, quietMinutes: rule.quiet_minutes, at })
    })
  }

  return {
    take,
    /** Tells what was held back by rules whose quiet is over. @returns when the next one is; null where none is known */
    async endQuiets(): Promise<Date | null> {
      const quiet = await database.lookUps.quietAlerts()
      const at = now()
      for (const { organizationId, id, quietUntil } of quiet) {
        if (quietUntil > at) return quietUntil
        // What keeps one organization's from being told keeps nobody else's.
        await endQuiet(organizationId, id).catch((error: unknown) => log.error({ organizationId, error }, 'an alert could not be told for now'))
      }
      return null
    },
  }
}

const keyOf = (rule: AlertRuleId, person: string) => `${rule} ${person}`

async function readCounts(tx: Transaction, rules: readonly AlertRuleHeld[]): Promise<Map<string, Date[]>> {
  const rows = await countsOf(tx, rules.map(({ id }) => id))
  return new Map(rows.map(({ rule_id, person, times }) => [keyOf(rule_id, person), times]))
}
