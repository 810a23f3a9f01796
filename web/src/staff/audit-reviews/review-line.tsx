import { Button, Checkbox } from '@mantine/core'
import type { ReviewItem } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { logPath } from '../audit/log-address.ts'
import { shortId } from '../audit/short-id.ts'
import { useLogWords } from '../audit/words.ts'
import { PageLink } from '../shell/page-link.tsx'
import { useAuditReviewWords } from './words.ts'

interface ReviewLineProps {
  item: ReviewItem
  isOwn: boolean
  /** Null where it cannot be signed off with others. */
  marking: { isMarked: boolean; mark: (isMarked: boolean) => void } | null
  /** Null where there is no reason to be read by whoever looks. */
  onReview: (() => void) | null
}

/** One thing that was done, and what was said about it. */
export function ReviewLine({ item, isOwn, marking, onReview }: ReviewLineProps) {
  const words = useAuditReviewWords()
  const { only } = useLogWords()
  const { format } = useTranslation()
  const sentence = useSentence(item)
  const [from, until] = [new Date(item.from), new Date(item.until)]
  const isOneDay = format.date(from) === format.date(until)
  const isOneMinute = isOneDay && format.time(from) === format.time(until)
  const when = isOneMinute
    ? `${format.date(from)}, ${format.time(from)}`
    : words.span(`${format.date(from)}, ${format.time(from)}`, isOneDay ? format.time(until) : `${format.date(until)}, ${format.time(until)}`)
  const { review } = item
  return (
    <li id={item.id} className="log-review" tabIndex={-1}>
      {marking === null ? (
        <strong>{sentence}</strong>
      ) : (
        <Checkbox
          label={<strong>{sentence}</strong>}
          checked={marking.isMarked}
          onChange={(event) => marking.mark(event.currentTarget.checked)}
        />
      )}
      <div className="log-review-facts quiet">
        <span>{when}</span>
        {item.events > 1 && item.kind !== 'denials' && <span>{words.events(item.events, format.number(item.events))}</span>}
        {item.patientId !== null && (
          <PageLink to={logPath({ patientId: item.patientId })} title={only.patient(item.patientId)}>
            {words.patient} {shortId(item.patientId)}
          </PageLink>
        )}
        <PageLink to={eventsPath(item)} aria-label={words.seeEventsOf(sentence)}>
          {words.seeEvents}
        </PageLink>
      </div>
      {review !== null && (
        <p className="log-review-said">
          <strong>{words.outcomes[review.outcome]}</strong>{' '}
          <span className="quiet">
            {words.reviewedBy(review.by.name, `${format.date(new Date(review.at))}, ${format.time(new Date(review.at))}`)}
          </span>
          {review.comment !== null && review.comment !== '' && <span className="log-review-comment">{review.comment}</span>}
        </p>
      )}
      {review === null && isOwn && <p className="quiet log-review-said">{words.own}</p>}
      {onReview !== null && (
        <div>
          <Button size="xs" variant="default" aria-label={words.readReasonOf(item.by.name, review !== null)} onClick={onReview}>
            {words.readReason(review !== null)}
          </Button>
        </div>
      )}
    </li>
  )
}

export function useSentence({ kind, by, most, patientId }: ReviewItem): string {
  const words = useAuditReviewWords()
  const { format } = useTranslation()
  if (kind === 'export') return words.exported(by.name, patientId === null ? 'log' : 'patient')
  return words.sentences[kind](by.name, format.number(most ?? 0))
}

/** Where the log shows what it is about: what this person did in that time, to this patient if it is about one. */
function eventsPath({ kind, by, patientId, from, until }: ReviewItem): string {
  return logPath({
    userId: by.id,
    since: from,
    // Up to and with its last event.
    until: new Date(Date.parse(until) + 1).toISOString(),
    ...(patientId !== null && { patientId }),
    ...(kind === 'denials' && { outcome: 'denied' }),
  })
}
