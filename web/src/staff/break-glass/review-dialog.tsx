import { Textarea } from '@mantine/core'
import { reviewInput, type BrokenGlass, type ReviewOutcome } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { GlassFacts } from './glass-facts.tsx'
import { OutcomeField } from './outcome-field.tsx'
import { useBreakGlassWords } from './words.ts'

interface ReviewDialogProps {
  glass: BrokenGlass
  onReviewed: () => void
  onClose: () => void
}

/** Asks whether it was justified. */
export function ReviewDialog({ glass, onReviewed, onClose }: ReviewDialogProps) {
  const words = useBreakGlassWords()
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
        <OutcomeField value={outcome} onChange={setOutcome} checked={checked} />
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
        <FormActions act={words.save} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
