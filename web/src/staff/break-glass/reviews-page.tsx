import { Button, Skeleton } from '@mantine/core'
import type { BrokenGlass, SignedIn } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { reviewsChanged } from './review-badge.tsx'
import { ReviewDialog } from './review-dialog.tsx'
import { useBreakGlassWords } from './words.ts'

/** `/reviews`: who opened a patient who is not theirs, for the security officer to say whether it was justified. */
export function ReviewsPage({ who }: { who: SignedIn }) {
  const words = useBreakGlassWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const { value, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.brokenGlass(signal), [api]))
  const [reviewing, setReviewing] = useState<BrokenGlass | null>(null)
  const waiting = value?.list.filter(({ review }) => review === null) ?? []
  const reviewed = value?.list.filter(({ review }) => review !== null) ?? []
  const close = (leaving: boolean) => {
    opener.giveBack({ leaving })
    setReviewing(null)
  }
  const review = (glass: BrokenGlass) => {
    opener.remember()
    setReviewing(glass)
  }
  const part = (id: string, title: string, glasses: readonly BrokenGlass[]) =>
    glasses.length > 0 && (
      <section className="settings-section" aria-labelledby={id}>
        <h2 id={id}>{title}</h2>
        <ul className="reviews">
          {glasses.map((glass) => (
            <ReviewLine key={glass.id} glass={glass} isOwn={glass.by.id === who.user.id} onReview={() => review(glass)} />
          ))}
        </ul>
      </section>
    )

  return (
    <div className="settings">
      <div>
        <PageHeading name={words.reviews}>{words.reviews}</PageHeading>
        <p className="quiet">{words.reviewsHint}</p>
      </div>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && (
        <div>
          <output className="visually-hidden">{words.loading}</output>
          <div className="settings-section" aria-hidden="true">
            {[36, 70, 52].map((width) => (
              <Skeleton key={width} height={24} width={`${width}%`} />
            ))}
          </div>
        </div>
      )}
      {value?.list.length === 0 && <p className="settings-section">{words.none}</p>}
      {part('to-review', words.waiting(waiting.length, format.number(waiting.length)), waiting)}
      {part('reviewed', words.reviewed, reviewed)}
      {reviewing !== null && (
        <ReviewDialog
          glass={reviewing}
          onReviewed={() => {
            close(true)
            say(words.saved)
            read()
            reviewsChanged()
          }}
          onClose={() => close(false)}
        />
      )}
    </div>
  )
}

function ReviewLine({ glass, isOwn, onReview }: { glass: BrokenGlass; isOwn: boolean; onReview: () => void }) {
  const words = useBreakGlassWords()
  const { format } = useTranslation()
  const [from, until] = [new Date(glass.brokenAt), new Date(glass.until)]
  const { review } = glass
  return (
    <li>
      <div className="page-head">
        <h3>{glass.by.name}</h3>
        {review === null && !glass.isOpen && !isOwn && (
          <Button size="xs" aria-label={words.reviewOf(glass.by.name)} onClick={onReview}>
            {words.review}
          </Button>
        )}
      </div>
      <dl className="facts">
        <dt>{words.when}</dt>
        <dd>{words.span(format.date(from), format.time(from), format.time(until))}</dd>
        <dt>{words.why}</dt>
        <dd className="reason">{glass.reason}</dd>
        <dt>{words.looked}</dt>
        <dd>{words.requests(glass.requests, format.number(glass.requests))}</dd>
        <dt>{words.patient}</dt>
        <dd className="review-id">{glass.patientId}</dd>
        {review !== null && (
          <>
            <dt>{words.review}</dt>
            <dd className="reason">
              <strong>{words.outcomes[review.outcome]}</strong>{' '}
              <span className="quiet">{words.reviewedBy(review.by.name, format.date(new Date(review.at)))}</span>
              {review.comment !== '' && <div>{review.comment}</div>}
            </dd>
          </>
        )}
      </dl>
      {review === null && glass.isOpen && <p className="quiet">{words.stillOpen(format.time(until))}</p>}
      {review === null && isOwn && <p className="quiet">{words.ownReview}</p>}
    </li>
  )
}
