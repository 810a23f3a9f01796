import { Button } from '@mantine/core'
import type { AuditState, SignedIn } from '@curtain/protocol'
import { useCallback } from 'react'
import { useInstant } from '../account/use-instant.ts'
import { useFresh } from '../api/use-fresh.ts'
import { LogTabs } from '../audit/log-tabs.tsx'
import { useSession } from '../session/session.tsx'
import { Icon } from '../shell/icons.tsx'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { CheckSection } from './check-section.tsx'
import { DeliveriesSection } from './deliveries-section.tsx'
import { KeepSection } from './keep-section.tsx'
import './log-state.css'
import { LogSection } from './log-section.tsx'
import { RetentionSection } from './retention-section.tsx'
import { useLogStateWords } from './words.ts'

/** `/log/state`: how the audit log is kept, and what of that is not as it should be. */
export function LogStatePage({ who }: { who: SignedIn }) {
  const words = useLogStateWords()
  const instant = useInstant()
  const { api } = useSession()
  const { value: state, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.auditState(signal), [api]))
  return (
    <div className="settings">
      <div>
        <PageHeading name={words.title}>{words.title}</PageHeading>
        <p className="quiet">{words.of(who.organization.name)}</p>
      </div>
      <LogTabs who={who} />
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {state === null && failure === null && <LoadingSection label={words.loading} widths={[40, 75, 60]} height={24} />}
      {state !== null && (
        <>
          <Standing problems={state.problems} />
          <div className="log-state-again">
            <span className="quiet">{words.asOf(instant(state.at))}</span>
            <Button variant="default" size="xs" onClick={read}>
              {words.lookAgain}
            </Button>
          </div>
          <LogSection state={state} />
          <CheckSection check={state.check} />
          <DeliveriesSection deliveries={state.deliveries} />
          {state.checkpoint !== null && <KeepSection checkpoint={state.checkpoint} logKey={state.key} />}
        </>
      )}
      <RetentionSection />
    </div>
  )
}

/** Green or red, in a word and not by color alone. */
function Standing({ problems }: Pick<AuditState, 'problems'>) {
  const words = useLogStateWords()
  if (problems.length > 0) {
    return (
      <Notice tone="danger" title={words.bad}>
        <ul className="log-state-problems">
          {problems.map((problem) => (
            <li key={problem}>{words.problems[problem]}</li>
          ))}
        </ul>
      </Notice>
    )
  }
  return (
    <div className="settings-state">
      <Icon name="check" />
      <div>
        <strong>{words.good}</strong>
        <div>{words.goodHint}</div>
      </div>
    </div>
  )
}
