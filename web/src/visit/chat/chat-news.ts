import type { ChatMessage } from '@curtain/client'
import { useEffect, useRef, useState } from 'react'
import { useSay } from '../parts/notices.tsx'
import { firstWords } from './message-text.ts'
import { lastOf, unreadIn } from './unread.ts'
import { useChatWords } from './words.ts'

/** Tells of each message that comes while the chat is closed, and counts them. Returns how many are unread. */
export function useChatNews(chat: readonly ChatMessage[], isOpen: boolean, open: () => void): number {
  const words = useChatWords()
  const say = useSay()
  const last = lastOf(chat)
  const [readUpTo, setReadUpTo] = useState(last)
  const toldUpTo = useRef(last)
  if (isOpen && last > readUpTo) setReadUpTo(last)

  useEffect(() => {
    const news = unreadIn(chat, toldUpTo.current)
    toldUpTo.current = lastOf(chat)
    if (isOpen) return
    for (const { senderName, text } of news) {
      say(words.says(senderName, firstWords(text)), { label: words.open, onPress: open })
    }
  }, [chat, isOpen, open, say, words])

  return unreadIn(chat, readUpTo).length
}
