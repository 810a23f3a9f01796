import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameMatches, nameWords } from './name-words.ts'

const name = fc.string({ unit: 'grapheme', maxLength: 60 })

test.each([
  ['Zoë Ångström', ['zoe', 'angstrom']],
  ['Łukasz Żółć', ['lukasz', 'zolc']],
  ['Søren Æbelø', ['soren', 'aebelo']],
  ['Weiß', ['weiss']],
  ['Anne-Marie O’Brien', ['anne', 'marie', 'obrien']],
  ["D'Angelo", ['dangelo']],
  ['María José  García Márquez ', ['maria', 'jose', 'garcia', 'marquez']],
  ['Nguyễn Thị Ánh', ['nguyen', 'thi', 'anh']],
  ['İbrahim Çelik', ['ibrahim', 'celik']],
  ['Ёлкина', ['елкина']],
  ['ΝΙΚΟΣ', ['νικοσ']],
  ['김민준', ['김민준']],
  ['王小明', ['王小明']],
  ['प्रिया शर्मा', ['प्रिया', 'शर्मा']],
  ['ＡＮＮ Ⅲ', ['ann', 'iii']],
  ['—', []],
])('%s is typed as %j', (written, words) => {
  expect(nameWords(written)).toEqual(words)
})

test('neither case nor how an accent is composed makes another word', () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(nameWords(text.normalize('NFD'))).toEqual(nameWords(text.normalize('NFC')))
    }),
  )
  expect(nameWords('ZOË')).toEqual(nameWords('zoë'))
})

test('folding what is folded changes nothing', () => {
  fc.assert(
    fc.property(name, (text) => {
      const once = nameWords(text)
      expect(nameWords(once.join(' '))).toEqual(once)
    }),
  )
})

test('every name is found by the beginnings of some of its words, in any order', () => {
  fc.assert(
    fc.property(name, fc.nat(), fc.nat(), (text, cut, order) => {
      const words = nameWords(text)
      const typed = words.map((word) => Array.from(word).slice(0, 1 + (cut % 9)).join(''))
      const turned = [...typed.slice(order % (typed.length + 1)), ...typed.slice(0, order % (typed.length + 1))]
      expect(nameMatches(text, turned)).toBe(true)
      expect(nameMatches(text, [...turned, 'nobodyiscalledthis'])).toBe(false)
    }),
  )
})
