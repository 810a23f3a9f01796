import type { VisitClient, VisitSnapshot } from '@curtain/client'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Message } from './chat-message.tsx'
import { Composer } from './composer.tsx'
import { useStickToEnd } from './stick-to-end.ts'
import { continues, lastOf } from './unread.ts'
import { useChatWords } from './words.ts'

interface ChatPanel {
  client: VisitClient
  snapshot: VisitSnapshot
  /** Typed and not sent; whoever shows the chat keeps it while it is closed. */
  draft: string
  onDraft: (draft: string) => void
  /** Whether writing may begin at once; on phones the keyboard would cover what there is to read. */
  takesFocus: boolean
}

/** What was written in this visit, and where to write. */
export function ChatPanel({ client, snapshot, draft, onDraft, takesFocus }: ChatPanel) {
  const words = useChatWords()
  const { chat, encryption, participants } = snapshot
  const { list, missed, toEnd } = useStickToEnd(lastOf(chat), chat.at(-1)?.isOwn ?? false)
  const obstacle =
    encryption.state !== 'secured' ? words.securing : participants.length === 0 ? words.alone : null

  // A message that cannot be sent stays in the list and says so there.
  const send = (text: string) => void client.sendChat(text).catch(() => undefined)
  const retry = (id: number) => void client.retryChat(id).catch(() => undefined)

  return (
    <div className="chat">
      {/* A list that scrolls takes the focus, so that the keyboard can scroll it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={list} className="chat-log" role="log" aria-label={words.messages} tabIndex={0}>
        {chat.length === 0 ? (
          <div className="chat-empty">
            <Icon name="chat" size={32} />
            <p>{words.empty}</p>
            <p className="small">{words.private}</p>
          </div>
        ) : (
          <ul className="chat-messages">
            {chat.map((message, index) => (
              <Message
                key={message.id}
                message={message}
                continued={continues(message, chat[index - 1])}
                onRetry={() => retry(message.id)}
              />
            ))}
          </ul>
        )}
      </div>
      {missed && (
        <div className="chat-below">
          <Button icon="hide" onClick={toEnd}>
            {words.below}
          </Button>
        </div>
      )}
      <Composer draft={draft} onDraft={onDraft} obstacle={obstacle} takesFocus={takesFocus} onSend={send} />
    </div>
  )
}
