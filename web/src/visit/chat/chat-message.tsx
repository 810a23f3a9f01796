import type { ChatMessage } from '@curtain/client'
import { useTranslation } from '../../i18n/translation.tsx'
import { Button } from '../parts/button.tsx'
import { splitLinks } from './links.ts'
import { useChatWords } from './words.ts'

interface Message {
  message: ChatMessage
  /** The same person wrote the one before, just now: who and when are said there. */
  continued: boolean
  onRetry: () => void
}

/** One message: who, when, what, and whether it went out. */
export function Message({ message, continued, onRetry }: Message) {
  const words = useChatWords()
  const { format } = useTranslation()
  const at = new Date(message.at)
  return (
    <li className="message" data-own={message.isOwn} data-state={message.state}>
      <p className={continued ? 'message-by visually-hidden' : 'message-by'}>
        <span className="message-name">{message.isOwn ? words.you : message.senderName}</span>{' '}
        <time dateTime={at.toISOString()}>{format.time(at)}</time>
      </p>
      <p className="message-text" dir="auto">
        <MessageText text={message.text} />
      </p>
      {message.state === 'sending' && <p className="message-state message-sending">{words.sending}</p>}
      {message.state === 'failed' && (
        <div className="message-state message-failed">
          <span>{words.failed}</span>
          <Button look="quiet" onClick={onRetry}>
            {words.retry}
          </Button>
        </div>
      )}
    </li>
  )
}

/** Nothing is fetched for a link: it is an address to press, shown as the browser will go there. */
function MessageText({ text }: { text: string }) {
  let at = 0
  return splitLinks(text).map((piece) => {
    const key = at++
    if ('text' in piece) return <span key={key}>{piece.text}</span>
    return (
      <a key={key} href={piece.href} target="_blank" rel="noopener noreferrer" dir="ltr">
        {piece.href}
      </a>
    )
  })
}
