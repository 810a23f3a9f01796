import type { SecuritySettings, SignedIn } from '@curtain/protocol'
import { useCallback } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { mayUse } from '../session/access.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { LoadingLines } from '../shell/loading-lines.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { changesOnto } from './draft.ts'
import { SecurityFacts } from './security-facts.tsx'
import { SecurityForm } from './security-form.tsx'
import './security.css'
import { useSecurityWords } from './words.ts'

/** How the organization protects its accounts: for owners to change, for those who run or watch over access to read. */
export function SecuritySection({ who }: { who: SignedIn }) {
  const words = useSecurityWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { value, failure, read, replace } = useFresh(useCallback((signal: AbortSignal) => api.security(signal), [api]))

  const save = async (seen: SecuritySettings, wanted: SecuritySettings) => {
    const { ownAddress: _, ...now } = await api.security()
    replace(await withConfirmation(() => api.changeSecurity(changesOnto(now, seen, wanted))))
  }
  return (
    <section className="settings-section" aria-labelledby="security">
      <h2 id="security">{words.title}</h2>
      <p>{words.explained}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && <LoadingLines label={words.loading} widths={[64, 40, 52]} height={18} />}
      {value !== null && (mayUse('changeSecurity', who) ? <SecurityForm state={value} onSave={save} /> : <SecurityFacts state={value} />)}
    </section>
  )
}
