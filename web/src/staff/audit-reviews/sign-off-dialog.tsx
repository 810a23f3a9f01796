import { Textarea } from '@mantine/core'
import { signOffInput, type ReviewItem, type ReviewOutcome, type SignedOff } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { OutcomeField } from '../break-glass/outcome-field.tsx'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useSentence } from './review-line.tsx'
import { useAuditReviewWords } from './words.ts'

interface SignOffDialogProps {
  items: readonly ReviewItem[]
  onDone: (answer: SignedOff) => void
  onClose: () => void
}

/** As many as are named before it says how many more there are. */
const mostNamed = 5

/** Asks of one or several what they were. */
export function SignOffDialog({ items, onDone, onClose }: SignOffDialogProps) {
  const words = useAuditReviewWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const [outcome, setOutcome] = useState<ReviewOutcome | null>(null)
  const [comment, setComment] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const isMissing = outcome === 'not-justified' && comment.trim() === ''
  const isRead = signOffInput.shape.comment.safeParse(comment).success
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (outcome === null || isMissing || !isRead) return
    const seen = items.map(({ id, events }) => ({ id, events }))
    void run(async () => onDone(await api.signOff({ items: seen, outcome, comment })))
  }
  const wrong = isRead ? words.commentMissing : words.commentWrong
  return (
    <Dialog title={words.signOffTitle(items.length, format.number(items.length))} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <ul className="log-review-named">
          {items.slice(0, mostNamed).map((item) => (
            <Named key={item.id} item={item} />
          ))}
          {items.length > mostNamed && <li>{words.andMore(format.number(items.length - mostNamed))}</li>}
        </ul>
        <OutcomeField value={outcome} onChange={setOutcome} checked={checked} />
        <Textarea
          label={outcome === 'not-justified' ? words.commentNeeded : words.comment}
          description={words.commentHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          rows={3}
          maxLength={1000}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          error={(checked && isMissing) || !isRead ? wrong : undefined}
        />
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={words.signOff} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

function Named({ item }: { item: ReviewItem }) {
  return <li>{useSentence(item)}</li>
}
