import { Skeleton } from '@mantine/core'
import type { ReviewOverview } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import type { Fresh } from '../api/use-fresh.ts'
import { FailureNotice } from '../shell/notice.tsx'
import { useAuditReviewWords } from './words.ts'

/** How far review has come, month by month: what shows later that it was done. */
export function OverviewSection({ overview }: { overview: Fresh<ReviewOverview> }) {
  const words = useAuditReviewWords()
  const { format } = useTranslation()
  const { value, failure, read } = overview
  const nameOf = (month: string) => `${format.months[Number(month.slice(5)) - 1] ?? ''} ${month.slice(0, 4)}`
  const oldest = value?.waiting.map(({ since }) => since).toSorted()[0]
  return (
    <section className="settings-section" aria-labelledby="overview">
      <h2 id="overview">{words.overview}</h2>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && <Skeleton height={64} aria-label={words.loading} />}
      {value !== null && (
        <>
          <p>
            {value.log.looked >= value.log.size
              ? words.allLooked(format.number(value.log.size))
              : words.someLooked(format.number(value.log.looked), format.number(value.log.size))}{' '}
            {oldest === undefined ? words.nothingWaits : words.oldest(format.date(new Date(oldest)))}
          </p>
          {value.months.length > 0 && (
            <div className="log-review-months">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.month}</th>
                    <th scope="col">{words.found}</th>
                    <th scope="col">{words.signedOff}</th>
                    <th scope="col">{words.notJustified}</th>
                    <th scope="col">{words.by}</th>
                  </tr>
                </thead>
                <tbody>
                  {value.months.map(({ month, found, signedOff, notJustified, by }) => (
                    <tr key={month}>
                      <th scope="row">{nameOf(month)}</th>
                      <td data-label={words.found}>{format.number(found)}</td>
                      <td data-label={words.signedOff}>{format.number(signedOff)}</td>
                      <td data-label={words.notJustified}>{format.number(notJustified)}</td>
                      <td data-label={words.by}>
                        {by.length === 0 ? words.nobody : format.list(by.map(({ name, count }) => `${name} (${format.number(count)})`))}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </>
      )}
    </section>
  )
}
