import { Skeleton } from '@mantine/core'
import type { ReviewRules } from '@curtain/protocol'
import { useCallback } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { RulesForm } from './rules-form.tsx'
import { useAuditReviewWords } from './words.ts'

/** What comes up for review: for security officers to change, for auditors to read. */
export function RulesSection({ mayChange }: { mayChange: boolean }) {
  const words = useAuditReviewWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { value: rules, failure, read, replace } = useFresh(useCallback((signal: AbortSignal) => api.reviewRules(signal), [api]))
  return (
    <section className="settings-section" aria-labelledby="rules">
      <h2 id="rules">{words.rules}</h2>
      <p className="quiet">{words.rulesHint}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {rules === null && failure === null && <Skeleton height={96} aria-label={words.loading} />}
      {rules !== null && !mayChange && <RuleFacts rules={rules} />}
      {rules !== null && mayChange && (
        <RulesForm
          rules={rules}
          onSave={async (wanted) => replace(await withConfirmation(() => api.changeReviewRules(wanted)))}
        />
      )}
    </section>
  )
}

function RuleFacts({ rules: { kinds, timeZone, night, denials, massReading, massListing } }: { rules: ReviewRules }) {
  const words = useAuditReviewWords()
  const { format } = useTranslation()
  return (
    <dl className="facts">
      <dt>{words.lookedFor}</dt>
      <dd>{format.list((['break-glass', ...kinds] as const).map((kind) => words.kinds[kind]))}</dd>
      <dt>{words.kinds.night}</dt>
      <dd>{words.nightIs(night.from, night.until, timeZone.replaceAll('_', ' '))}</dd>
      <dt>{words.kinds.denials}</dt>
      <dd>{words.denialsAre(format.number(denials.count), format.number(denials.minutes))}</dd>
      <dt>{words.kinds['mass-reading']}</dt>
      <dd>{words.massIs(format.number(massReading.patients), format.number(massReading.minutes))}</dd>
      <dt>{words.kinds['mass-listing']}</dt>
      <dd>{words.massIs(format.number(massListing.patients), format.number(massListing.minutes))}</dd>
    </dl>
  )
}
