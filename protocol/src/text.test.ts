import fc from 'fast-check'
import { expect, test } from 'vitest'
import { email, paragraph, personName, withoutUnprintable } from './text.ts'

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
  ['a soft hyphen', 'An\u00adn'],
  ['a Mongolian vowel separator', 'An\u180en'],
  ['an annotation', '\ufff9Ann\ufffaLee\ufffb'],
  ['a tag', 'Ann\u{e0041}'],
  ['a language tag', '\u{e0001}Ann'],
  ['nothing but a blank Hangul letter', '\u3164'],
  ['a narrow blank Hangul letter', 'Ann\uffa0'],
  ['a Hangul choseong filler', '\u115fAnn'],
  ['a Hangul jungseong filler', 'Ann\u1160'],
  ['an empty Braille pattern', 'Ann\u2800Lee'],
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

test.each([
  ['a family', '👨\u200d👩\u200d👧'],
  ['a heart in color', '❤\ufe0f'],
  ['a doctor with a skin tone', '👩🏽\u200d⚕\ufe0f'],
  ['a flag of a country', '🇲🇽'],
  ['a key cap', '7\ufe0f\u20e3'],
  ['words in Hangul', '안녕하세요'],
  ['a dot pattern in Braille', '\u2803'],
])('%s stays in a message', (_, text) => {
  expect(withoutUnprintable(text)).toBe(text)
  expect(paragraph(100).parse(text)).toBe(text)
})

test('what is left of a pasted text is accepted, and nothing is left of what cannot be seen', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (pasted) => {
      expect(paragraph(400).safeParse(withoutUnprintable(pasted)).success).toBe(true)
    }),
  )
  expect(withoutUnprintable('\u00ad\u180e\ufffb\u{e0041}\u3164\u2800')).toBe('')
})

test('an e-mail address is compared without regard to case', () => {
  expect(email.parse(' Dana@Example.ORG ')).toBe('dana@example.org')
  expect(email.safeParse('not an address').success).toBe(false)
})

test.each([
  ['a Cyrillic а', 'd\u0430na@harbor.example'],
  ['a Greek omicron', 'dana@harb\u03bfr.example'],
  ['a full-width a', 'd\uff41na@harbor.example'],
  ['the sign of the kelvin, which is a k in small', '\u212aim@harbor.example'],
  ['a capital I with a dot', 'd\u0130na@harbor.example'],
  ['a composed letter', 'd\u00e1na@harbor.example'],
  ['a letter and a combining accent', 'da\u0301na@harbor.example'],
  ['a zero-width space', 'da\u200bna@harbor.example'],
  ['a direction override', '\u202edana@harbor.example'],
  ['a soft hyphen', 'da\u00adna@harbor.example'],
  ['a full-width at sign', 'dana\uff20harbor.example'],
  ['an ideographic full stop', 'dana@harbor\u3002example'],
  ['a null character', 'dana\u0000@harbor.example'],
  ['a blank inside', 'da na@harbor.example'],
  ['a quoted local part', '"dana"@harbor.example'],
  ['two addresses', 'dana@harbor.example,eve@harbor.example'],
])('an address with %s is nobody’s', (_, typed) => {
  expect(email.safeParse(typed).success).toBe(false)
})

test('whatever is taken as an address is ASCII, in small letters, and taken again unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'grapheme' }).map((text) => `${text}@harbor.example`)), (typed) => {
      const read = email.safeParse(typed)
      if (!read.success) return
      expect(read.data).toMatch(/^[!-~]+$/)
      expect(read.data).toBe(read.data.toLowerCase())
      expect(email.parse(read.data)).toBe(read.data)
    }),
  )
})

test('a domain with other letters is taken in its ASCII form, which looks like no other', () => {
  expect(email.parse('dana@xn--hrbor-ysa.example')).toBe('dana@xn--hrbor-ysa.example')
})
