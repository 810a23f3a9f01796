import { optionalReviewKind, reviewRules, type OrganizationId, type ReviewRules } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'

/** What holds until somebody decides otherwise: everything is looked for, by the server's own clock. */
export const firstRules: ReviewRules = {
  kinds: [...optionalReviewKind.options],
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  night: { from: '22:00', until: '06:00' },
  denials: { count: 5, minutes: 10 },
  massReading: { patients: 30, minutes: 60 },
  // A busy hour at a front desk: the list of the newest (200), the visits of some days (200), and a dozen searches of which each
  // shows as many as there can be (50) and nobody that another had shown.
  massListing: { patients: 1000, minutes: 60 },
}

/** @param purpose `change`: nobody else changes them until the transaction ends, once there are any */
export async function readRules(tx: Transaction, purpose: 'read' | 'change' = 'read'): Promise<ReviewRules> {
  const query = tx.selectFrom('review_rules').select('rules')
  const row = await (purpose === 'change' ? query.forUpdate() : query).executeTakeFirst()
  return row === undefined ? firstRules : reviewRules.parse(row.rules)
}

export async function writeRules(tx: Transaction, organizationId: OrganizationId, rules: ReviewRules): Promise<void> {
  const text = JSON.stringify(rules)
  await tx
    .insertInto('review_rules')
    .values({ organization_id: organizationId, rules: text })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet({ rules: text }))
    .execute()
}

/** Which of the rules are others, for the audit log. */
export function changedRules(before: ReviewRules, after: ReviewRules): (keyof ReviewRules)[] {
  return (['kinds', 'timeZone', 'night', 'denials', 'massReading', 'massListing'] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
}
