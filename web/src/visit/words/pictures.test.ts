import { describe, expect, it, test } from 'vitest'
import { languages } from '../../i18n/language.ts'
import { pictureOf, pictures } from './pictures.ts'

/** How many letters must be changed, left out or put in to make one word of the other (Levenshtein). */
function lettersApart(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [i, letter] of Array.from(one).entries()) {
    const next = [i + 1]
    for (const [j, against] of Array.from(other).entries()) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === against ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}

describe('the pictures of verification codes', () => {
  it('are 64, all different', () => {
    expect(pictures).toHaveLength(64)
    expect(new Set(pictures.map(({ emoji }) => emoji)).size).toBe(64)
  })

  it('are drawn in color by every font: one code point each, with nothing that varies it', () => {
    for (const { emoji } of pictures) expect(emoji).toMatch(/^\p{Emoji_Presentation}$/u)
  })

  it('show nobody’s skin and nobody’s country', () => {
    for (const { emoji } of pictures) expect(emoji).not.toMatch(/\p{Emoji_Modifier_Base}|\p{Regional_Indicator}/u)
  })

  it.each(languages)('have 64 names in "%s", no two of them a slip of the tongue apart', (language) => {
    const names = pictures.map((picture) => picture[language])
    for (const [index, name] of names.entries()) {
      expect(name).toMatch(/^\p{Ll}[\p{Ll} ]+$/u)
      for (const other of names.slice(index + 1)) {
        expect(lettersApart(name, other), `${name} and ${other}`).toBeGreaterThan(1)
      }
    }
  })
})

test('there is no picture before the first and after the last', () => {
  expect(pictureOf(0).en).toBe('turtle')
  expect(pictureOf(63).es).toBe('diamante')
  for (const index of [-1, 64, 0.5, Number.NaN]) expect(() => pictureOf(index)).toThrow(RangeError)
})
