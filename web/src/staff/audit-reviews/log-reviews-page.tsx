import { Button, NativeSelect } from '@mantine/core'
import { mostSignedOffAtOnce, reviewKind, reviewKindByName, type ReviewItem, type SignedIn } from '@curtain/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { LogTabs } from '../audit/log-tabs.tsx'
import { reviewsChanged } from '../break-glass/review-badge.tsx'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { LoadingLines } from '../shell/loading-lines.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { ShowMore } from '../shell/show-more.tsx'
import { useOpener } from '../shell/use-opener.ts'
import './audit-reviews.css'
import { GlassReview } from './glass-review.tsx'
import { OverviewSection } from './overview-section.tsx'
import { ReviewLine } from './review-line.tsx'
import { RulesSection } from './rules-section.tsx'
import { SignOffDialog } from './sign-off-dialog.tsx'
import { useReviewItems, type ReviewChoice } from './use-review-items.ts'
import { useReviewNews } from './use-review-news.ts'
import { useAuditReviewWords } from './words.ts'

type Id = ReviewItem['id']

/** What is chosen is one as it was seen: to what has grown since, something was added that nobody has looked at. */
const asSeen = ({ id, events }: ReviewItem) => `${id} ${events}`

/** `/log/reviews`: what of the log somebody should look at, and how far that has come. */
export function LogReviewsPage({ who }: { who: SignedIn }) {
  const words = useAuditReviewWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const [choice, setChoice] = useState<ReviewChoice>({ state: 'waiting', kind: null })
  const queue = useReviewItems(choice)
  const { list, failure, read, showing, showMore } = queue
  const overview = useFresh(useCallback((signal: AbortSignal) => api.reviewOverview(signal), [api]))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [signing, setSigning] = useState<readonly ReviewItem[] | null>(null)
  const [glass, setGlass] = useState<ReviewItem | null>(null)
  /** Emergencies whose review the queue has not heard of yet. */
  const [reviewed, setReviewed] = useState<ReadonlySet<Id>>(new Set())
  /** Where somebody goes on who had new ones shown: what they had pressed is gone. */
  const [goOnAt, setGoOnAt] = useState<{ id: string } | null>(null)
  useEffect(() => {
    if (goOnAt !== null) document.getElementById(goOnAt.id)?.focus()
  }, [goOnAt])

  const mayReview = mayUse('signOffReviews', who)
  const isOwn = (item: ReviewItem) => item.by.id === who.user.id
  const canBeChosen = (item: ReviewItem) => mayReview && item.review === null && item.kind !== 'break-glass' && !isOwn(item)
  const shown = list?.items.filter(({ id, review }) => review !== null || !reviewed.has(id)) ?? []
  const choosable = shown.filter(canBeChosen).slice(0, mostSignedOffAtOnce)
  const marked = choosable.filter((item) => chosen.has(asSeen(item)))
  const news = useReviewNews({ queue, overview, isHeld: marked.length > 0 || signing !== null || glass !== null })

  const show = (change: Partial<ReviewChoice>) => {
    setChoice({ ...choice, ...change })
    setChosen(new Set())
  }
  const mark = (item: ReviewItem, isMarked: boolean) => {
    const others = [...chosen].filter((one) => one !== asSeen(item))
    setChosen(new Set(isMarked ? [...others, asSeen(item)] : others))
  }
  const close = (leaving: boolean) => {
    opener.giveBack({ leaving })
    setSigning(null)
    setGlass(null)
  }
  const done = (said: string) => {
    close(true)
    setChosen(new Set())
    say(said)
    read()
    overview.read()
  }

  const countOf = (kind: string) => overview.value?.waiting.find((one) => one.kind === kind)?.count ?? 0
  const waiting = overview.value?.waiting.reduce((sum, { count }) => sum + count, 0) ?? 0
  const kinds = (mayReview ? reviewKind : reviewKind.exclude(reviewKindByName.options)).options.map((kind) => {
    const count = choice.state === 'waiting' ? countOf(kind) : 0
    return { value: kind, label: count === 0 ? words.kinds[kind] : `${words.kinds[kind]} (${format.number(count)})` }
  })
  return (
    <div className="settings log-reviews">
      <div>
        <PageHeading name={words.title}>{words.title}</PageHeading>
        <p className="quiet">{words.hint}</p>
      </div>
      <LogTabs who={who} />
      <section className="settings-section" aria-labelledby="queue">
        <div className="log-reviews-head">
          <h2 id="queue" tabIndex={-1}>
            {waiting === 0 ? words.toReview : words.waiting(waiting, format.number(waiting))}
          </h2>
          <output className="log-reviews-news">
            {news !== null && (
              <button
                type="button"
                className="text-button"
                onClick={() => {
                  news.show()
                  setGoOnAt({ id: news.arrived[0]?.id ?? 'queue' })
                }}
              >
                {words.news(news.arrived.length, format.number(news.arrived.length))}
              </button>
            )}
          </output>
        </div>
        <div className="log-reviews-choice">
          <NativeSelect
            label={words.show}
            value={choice.state}
            onChange={(event) => show({ state: event.currentTarget.value === 'signed-off' ? 'signed-off' : 'waiting' })}
            data={[
              { value: 'waiting', label: words.states.waiting },
              { value: 'signed-off', label: words.states['signed-off'] },
            ]}
          />
          <NativeSelect
            label={words.kind}
            value={choice.kind ?? ''}
            onChange={(event) => show({ kind: reviewKind.safeParse(event.currentTarget.value).data ?? null })}
            data={[{ value: '', label: words.everyKind }, ...kinds]}
          />
        </div>
        {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
        {list === null && failure === null && <LoadingLines label={words.loading} widths={[72, 64, 80]} height={40} />}
        {list !== null && shown.length === 0 && <p>{words.none[choice.state]}</p>}
        {choosable.length > 0 && (
          <div className="log-reviews-actions">
            <Button
              disabled={marked.length === 0}
              onClick={() => {
                opener.remember()
                setSigning(marked)
              }}
            >
              {words.signOffChosen(format.number(marked.length))}
            </Button>
            <Button
              variant="default"
              onClick={() => setChosen(new Set(marked.length === choosable.length ? [] : choosable.map(asSeen)))}
            >
              {marked.length === choosable.length ? words.chooseNone : words.chooseAll(format.number(choosable.length))}
            </Button>
          </div>
        )}
        {shown.length > 0 && (
          <ul className="log-review-list" aria-label={words.states[choice.state]}>
            {shown.map((item) => (
              <ReviewLine
                key={item.id}
                item={item}
                isOwn={isOwn(item)}
                marking={choosable.includes(item) ? { isMarked: marked.includes(item), mark: (isMarked) => mark(item, isMarked) } : null}
                onReview={
                  mayReview && item.breakGlassId !== null && (item.review !== null || !isOwn(item))
                    ? () => {
                        opener.remember()
                        setGlass(item)
                      }
                    : null
                }
              />
            ))}
          </ul>
        )}
        <ShowMore label={words.more} more={list?.more === true} showing={showing} onMore={showMore} />
      </section>
      <OverviewSection overview={overview} />
      <RulesSection mayChange={mayReview} />
      {signing !== null && (
        <SignOffDialog
          items={signing}
          onDone={({ signedOff, left }) => done(words.saved(signedOff.length, format.number(signedOff.length), left.length, format.number(left.length)))}
          onClose={() => close(false)}
        />
      )}
      {glass !== null && (
        <GlassReview
          item={glass}
          onReviewed={() => {
            setReviewed(new Set([...reviewed, glass.id]))
            reviewsChanged()
            done(words.saved(1, format.number(1), 0, ''))
          }}
          onClose={() => close(false)}
        />
      )}
    </div>
  )
}
