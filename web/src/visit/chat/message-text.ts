import { limits, withoutUnprintable } from '@curtain/protocol'

/** What is sent of what was typed or pasted: no spaces around it, and nothing invisible in it. */
export function sendable(typed: string): string {
  return withoutUnprintable(typed).trim()
}

/** How many more UTF-16 units fit; below zero, how many are too many. */
export function roomLeft(text: string): number {
  return limits.chatLength - text.length
}

/** The first words of a message, on one line, at most `most` characters with the dots that say that there is more. */
export function firstWords(text: string, most = 60): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const characters = Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(line), ({ segment }) => segment)
  if (characters.length <= most) return line
  const cut = characters.slice(0, most - 1).join('')
  // At the end of a word, unless the last one is most of it.
  const space = cut.lastIndexOf(' ')
  return `${space > cut.length / 2 ? cut.slice(0, space) : cut}…`
}
