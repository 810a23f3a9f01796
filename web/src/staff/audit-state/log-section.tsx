import type { AuditState } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { useInstant } from '../account/use-instant.ts'
import { useLogStateWords } from './words.ts'

/** How large the log is, and up to where it is signed. */
export function LogSection({ state: { size, waiting, checkpoint } }: { state: AuditState }) {
  const words = useLogStateWords()
  const { format } = useTranslation()
  const instant = useInstant()
  return (
    <section className="settings-section" aria-labelledby="log">
      <h2 id="log">{words.log}</h2>
      <dl className="log-state-facts">
        <div>
          <dt>{words.entries}</dt>
          <dd className="log-state-figure">{format.number(size)}</dd>
        </div>
        <div>
          <dt>{words.waiting}</dt>
          <dd className="log-state-figure">{format.number(waiting)}</dd>
        </div>
        <div className="log-state-wide">
          <dt>{words.checkpoint}</dt>
          <dd>{checkpoint === null ? words.noCheckpoint : words.covers(format.number(checkpoint.size), instant(checkpoint.at))}</dd>
        </div>
      </dl>
    </section>
  )
}
