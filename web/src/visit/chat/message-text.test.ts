import { limits, sealedMessage } from '@curtain/protocol'
import { describe, expect, it, test } from 'vitest'
import { firstWords, roomLeft, sendable } from './message-text.ts'

describe('what was typed', () => {
  it('is sent without spaces around it and without what nobody can see', () => {
    expect(sendable('  one\r\ntwo\tthree \n')).toBe('one\ntwo\tthree')
    expect(sendable('a\u200Bb\u202Ec\uFEFF\u0007d')).toBe('abcd')
    expect(sendable('\u200B \n')).toBe('')
  })

  it('keeps the joiners that scripts and pictures need', () => {
    expect(sendable('می‌خواهم 👩‍⚕️')).toBe('می‌خواهم 👩‍⚕️')
  })

  it('is something that the others’ devices accept', () => {
    const typed = Array.from({ length: 0x30_00 }, (_, unit) => String.fromCharCode(unit)).join('').slice(0, limits.chatLength)
    expect(sealedMessage.safeParse({ type: 'chat', text: sendable(typed) }).success).toBe(true)
  })

  it('composes letters, so that they count as on the other side', () => {
    expect(sendable('e\u0301')).toBe('é')
  })

  it('has as much room left as fits', () => {
    expect(roomLeft('')).toBe(limits.chatLength)
    expect(roomLeft('x'.repeat(limits.chatLength + 3))).toBe(-3)
  })
})

test.each([
  ['hello', 'hello'],
  ['  one\n\n two\tthree ', 'one two three'],
  ['the quick brown fox jumps', 'the quick brown…'],
  ['abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnopqrs…'],
  ['👩‍⚕️'.repeat(20), '👩‍⚕️'.repeat(20)],
  ['👩‍⚕️'.repeat(21), `${'👩‍⚕️'.repeat(19)}…`],
])('the first words of "%s" are "%s"', (text, words) => {
  expect(firstWords(text, 20)).toBe(words)
})
