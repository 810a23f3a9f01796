/** Letters that Unicode takes for letters of their own, and people without that key type as these. */
const typedAs: Readonly<Record<string, string>> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ı: 'i', ł: 'l', þ: 'th', ς: 'σ',
}
const withoutKey = new RegExp(`[${Object.keys(typedAs).join('')}]`, 'g')

// The accents of Latin, Greek and Cyrillic letters. Other scripts' marks are vowels, and stay.
const accents = /[\u0300-\u036F]/g
// O’Brien is one word, however its apostrophe was typed, and found without it.
const apostrophes = /['’‘ʼʻ`´]/g
const betweenWords = /[^\p{L}\p{N}\p{M}]+/u

/** The words of a name as somebody might type them: without case, accents and what is drawn between letters. */
export function nameWords(name: string): string[] {
  const folded = name
    .replaceAll(apostrophes, '')
    .normalize('NFKD')
    .replaceAll(apostrophes, '')
    .replaceAll(accents, '')
    .toLowerCase()
    .replaceAll(withoutKey, (letter) => typedAs[letter] ?? letter)
    .normalize('NFC')
  return folded.split(betweenWords).filter((word) => word !== '')
}

/** Whether each word that was typed begins a word of the name. */
export function nameMatches(name: string, typed: readonly string[]): boolean {
  const words = nameWords(name)
  return typed.every((beginning) => words.some((word) => word.startsWith(beginning)))
}
