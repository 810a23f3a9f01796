import fc from 'fast-check'
import { expect, test } from 'vitest'
import { email, paragraph, personName } from './text.ts'

test.each([
  ['José Álvarez', 'José Álvarez'],
  ['  Nguyễn Thị Minh Khai ', 'Nguyễn Thị Minh Khai'],
  ['Zoe\u0301', 'Zoé'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['محمد', 'محمد'],
])('the name %j is taken as %j', (typed, kept) => {
  expect(personName.parse(typed)).toBe(kept)
})

test.each([
  ['nothing', ''],
  ['only spaces', '   '],
  ['101 characters', 'a'.repeat(101)],
  ['10,000 characters', 'a'.repeat(10_000)],
  ['a line feed', 'Ann\nLee'],
  ['a null character', 'Ann\u0000'],
  ['an escape sequence', '\u001b[31mAnn'],
  ['a right-to-left override', 'Ann\u202eeeL'],
  ['a zero-width space', 'An\u200bn'],
  ['half a surrogate pair', 'Ann\ud83d'],
])('a name with %s is refused', (_, typed) => {
  expect(personName.safeParse(typed).success).toBe(false)
})

test('whatever is accepted as a name is accepted again unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (typed) => {
      const result = personName.safeParse(typed)
      if (result.success) expect(personName.parse(result.data)).toBe(result.data)
    }),
  )
})

test('a paragraph keeps its lines and refuses other control characters', () => {
  expect(paragraph(100).parse('one\r\ntwo')).toBe('one\ntwo')
  expect(paragraph(100).safeParse('one\u0007').success).toBe(false)
})

test('an e-mail address is compared without regard to case', () => {
  expect(email.parse(' Dana@Example.ORG ')).toBe('dana@example.org')
  expect(email.safeParse('not an address').success).toBe(false)
})
