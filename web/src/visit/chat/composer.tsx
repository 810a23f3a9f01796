import { useEffect, useId, useRef, type FormEvent, type KeyboardEvent } from 'react'
import { Button } from '../parts/button.tsx'
import { roomLeft, sendable } from './message-text.ts'
import { useChatWords } from './words.ts'

/** The counter shows from here on, in UTF-16 units that are left. */
const nearTheEnd = 200

interface Composer {
  draft: string
  onDraft: (draft: string) => void
  /** Why nothing can be sent now, or null. */
  obstacle: string | null
  takesFocus: boolean
  onSend: (text: string) => void
}

/** Where a message is written. Enter sends it, Shift and Enter begin a new line. */
export function Composer({ draft, onDraft, obstacle, takesFocus, onSend }: Composer) {
  const words = useChatWords()
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const hintId = useId()
  const text = sendable(draft)
  const left = roomLeft(text)
  const canSend = obstacle === null && text !== '' && left >= 0

  useEffect(() => {
    if (takesFocus) field.current?.focus()
  }, [takesFocus])

  function send() {
    if (!canSend) return
    onSend(text)
    onDraft('')
    field.current?.focus()
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    send()
  }

  function onKeyDown(event: KeyboardEvent) {
    // Enter may choose a word that is being composed, in Chinese or Japanese, say; Safari tells so only by the key code.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229
    if (event.key !== 'Enter' || event.shiftKey || isComposing) return
    event.preventDefault()
    send()
  }

  const count = left < 0 ? words.tooLong(-left) : left <= nearTheEnd ? words.left(left) : null
  return (
    <form className="composer" onSubmit={onSubmit}>
      <label htmlFor={id} className="visually-hidden">
        {words.message}
      </label>
      <textarea
        ref={field}
        id={id}
        rows={2}
        value={draft}
        placeholder={words.placeholder}
        enterKeyHint="send"
        autoComplete="off"
        dir="auto"
        aria-invalid={left < 0}
        aria-describedby={hintId}
        onChange={(event) => onDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Button type="submit" look="primary" icon="send" disabled={!canSend}>
        {words.send}
      </Button>
      <p id={hintId} className="composer-hint">
        <output>{obstacle}</output>
        {count !== null && <span className={left < 0 ? 'composer-too-long' : undefined}>{count}</span>}
        <span className="visually-hidden">{words.keys}</span>
      </p>
    </form>
  )
}
