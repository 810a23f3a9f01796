import { Skeleton } from '@mantine/core'
import type { BrokenGlass, ReviewItem } from '@curtain/protocol'
import { useCallback } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { GlassFacts } from '../break-glass/glass-facts.tsx'
import { ReviewDialog } from '../break-glass/review-dialog.tsx'
import { useBreakGlassWords } from '../break-glass/words.ts'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { useAuditReviewWords } from './words.ts'

interface GlassReviewProps {
  item: ReviewItem
  onReviewed: () => void
  onClose: () => void
}

/** An emergency, with the reason that was given, to be reviewed or as it was: read when it is asked for, and not before. */
export function GlassReview({ item, onReviewed, onClose }: GlassReviewProps) {
  const words = useAuditReviewWords()
  const glassWords = useBreakGlassWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const { value, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.brokenGlass(signal), [api]))
  const glass = value?.list.find(({ id }) => id === item.breakGlassId)
  if (glass?.review === null && !glass.isOpen) return <ReviewDialog glass={glass} onReviewed={onReviewed} onClose={onClose} />
  const reviewed = ({ outcome, by, at, comment }: NonNullable<BrokenGlass['review']>) =>
    [`${words.outcomes[outcome]}, ${words.reviewedBy(by.name, format.date(new Date(at)))}`, comment].filter(Boolean).join(': ')
  return (
    <Dialog title={glassWords.reviewOf(item.by.name)} onClose={onClose}>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && <Skeleton height={96} aria-label={words.loading} />}
      {glass !== undefined && <GlassFacts glass={glass} />}
      {glass?.isOpen && <Notice tone="info">{glassWords.stillOpen(format.time(new Date(glass.until)))}</Notice>}
      {glass?.review != null && <Notice tone="info">{reviewed(glass.review)}</Notice>}
    </Dialog>
  )
}
