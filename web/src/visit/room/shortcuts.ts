import { useEffect, useState } from 'react'

/** Keys that do something in a visit; each is one character, typed without Ctrl, Alt or Meta. */
export const shortcutKeys = {
  microphone: 'm',
  camera: 'v',
  share: 's',
  people: 'p',
  chat: 'c',
  layout: 'g',
  fullScreen: 'f',
  picture: 'i',
  selfView: 'h',
  help: '?',
} as const

export type Shortcut = keyof typeof shortcutKeys
export const shortcuts: readonly Shortcut[] = [
  'microphone',
  'camera',
  'share',
  'people',
  'chat',
  'layout',
  'fullScreen',
  'picture',
  'selfView',
  'help',
]

const storageKey = 'curtain-shortcuts'

/** Single keys can be switched off (WCAG 2.1.4), for whoever dictates or holds keys down; remembered on this device. */
export function useShortcutsSetting(): [on: boolean, set: (on: boolean) => void] {
  const [on, setOn] = useState(() => {
    try {
      return localStorage.getItem(storageKey) !== 'off'
    } catch {
      return true
    }
  })
  function set(next: boolean) {
    setOn(next)
    try {
      localStorage.setItem(storageKey, next ? 'on' : 'off')
    } catch {
      // Without storage the choice holds until the page is closed.
    }
  }
  return [on, set]
}

/** Whether a key press is meant for what has the focus rather than for the visit. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], dialog') !== null
}

/** Calls back when a shortcut is pressed; not while typing, not in a dialog, and not for keys held down. */
export function useShortcuts(on: boolean, onShortcut: (shortcut: Shortcut) => void): void {
  useEffect(() => {
    if (!on) return undefined
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return
      const pressed = shortcuts.find((shortcut) => shortcutKeys[shortcut] === event.key.toLowerCase())
      if (pressed === undefined) return
      event.preventDefault()
      onShortcut(pressed)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [on, onShortcut])
}
