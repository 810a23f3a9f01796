import { Button, Radio, Textarea } from '@mantine/core'
import { reviewInput, reviewOutcome, type BrokenGlass, type ReviewOutcome } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { GlassFacts } from './glass-facts.tsx'
import { useBreakGlassWords } from './words.ts'

interface ReviewDialogProps {
  glass: BrokenGlass
  onReviewed: () => void
  onClose: () => void
}

/** Asks whether it was justified. */
export function ReviewDialog({ glass, onReviewed, onClose }: ReviewDialogProps) {
  const words = useBreakGlassWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const [outcome, setOutcome] = useState<ReviewOutcome | null>(null)
  const [comment, setComment] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const isRead = reviewInput.shape.comment.safeParse(comment).success
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (outcome === null || !isRead) return
    void run(async () => {
      await api.reviewGlass(glass.id, { outcome, comment })
      onReviewed()
    })
  }
  return (
    <Dialog title={words.reviewOf(glass.by.name)} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <GlassFacts glass={glass} />
        <Radio.Group
          label={words.question}
          value={outcome}
          onChange={(chosen) => setOutcome(reviewOutcome.safeParse(chosen).data ?? null)}
          error={checked && outcome === null ? words.outcomeMissing : undefined}
        >
          <div className="encryption-modes">
            {reviewOutcome.options.map((value) => (
              <Radio key={value} value={value} label={words.outcomes[value]} />
            ))}
          </div>
        </Radio.Group>
        {outcome === 'not-justified' && <Notice tone="info">{words.notJustifiedHint}</Notice>}
        <Textarea
          label={words.comment}
          description={words.commentHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          rows={2}
          maxLength={500}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          error={isRead ? undefined : words.commentWrong}
        />
        {failure !== null && <FailureNotice failure={failure} />}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {shared.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
