import type { LogCheck } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { useInstant } from '../account/use-instant.ts'
import { useLogStateWords } from './words.ts'

/** What the server found when it last looked at the log. */
export function CheckSection({ check }: { check: LogCheck | null }) {
  const words = useLogStateWords()
  const { format } = useTranslation()
  const instant = useInstant()
  return (
    <section className="settings-section" aria-labelledby="check">
      <h2 id="check">{words.check}</h2>
      <p className="quiet">{words.checkHint}</p>
      {check === null ? (
        <p>{words.noCheck}</p>
      ) : (
        <div>
          <p>
            <strong className="log-state-word" data-state={check.outcome === 'sound' ? 'good' : 'bad'}>
              {check.outcome === 'sound' ? words.sound(format.number(check.entries)) : words.broken}
            </strong>
          </p>
          {check.outcome === 'sound' && (
            <p>{check.comparedWith === null ? words.notCompared : words.compared(format.number(check.comparedWith))}</p>
          )}
          <p className="quiet">{instant(check.at)}</p>
        </div>
      )}
      {check !== null && check.findings.length > 0 && <Findings findings={check.findings} />}
    </section>
  )
}

function Findings({ findings }: Pick<LogCheck, 'findings'>) {
  const words = useLogStateWords()
  const { format } = useTranslation()
  return (
    <>
      <h3>{words.found}</h3>
      <ul className="settings-points">
        {findings.map(({ code, index, events, destination }) => (
          <li key={`${code} ${destination}`} className="log-state-finding">
            {words.findings[code]} {index !== null && words.atEntry(format.number(index))}{' '}
            {destination !== null && words.inPlace(destination)}{' '}
            {events.length > 0 && (
              <>
                {words.events} <code>{events.join(', ')}</code>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
