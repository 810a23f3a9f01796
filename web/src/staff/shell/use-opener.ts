import { useCallback, useRef } from 'react'

/**
 * Remembers what a dialog was opened from, to give the focus back when it closes. For an entry of a menu, which is
 * gone by then, that is the menu's button; for what left the page or is about to, the page's heading.
 */
export function useOpener(): {
  remember: () => void
  giveBack: (options: { leaving: boolean }) => void
} {
  const opener = useRef<HTMLElement | null>(null)
  const remember = useCallback(() => {
    const active = document.activeElement
    const button = active?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
    const found = button === null || button === undefined ? active : document.getElementById(button)
    opener.current = found instanceof HTMLElement ? found : null
  }, [])
  const giveBack = useCallback(({ leaving }: { leaving: boolean }) => {
    // After the dialog has left the page, and with it the trap that holds the focus.
    requestAnimationFrame(() => {
      const stays = !leaving && opener.current?.isConnected && opener.current !== document.body
      const target = stays ? opener.current : document.querySelector('h1')
      target?.focus()
    })
  }, [])
  return { remember, giveBack }
}
