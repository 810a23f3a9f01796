import { nameWords } from '../keys/name-words.ts'

/** What stands with a name and is none: titles, and what many surnames begin with. */
const noNames = new Set(
  `dr dra doctor doctora prof mr mrs ms mx sr sra srta jr ii iii iv md do rn np pa phd esq
  de da do dos das del della di la las los le el al bin ibn bint ben van von der den ten ter zu y e i san santa st ste mac mc o`.split(/\s+/),
)

/** The words that make a name, in their order, without initials. */
export function wordsOfName(name: string): string[] {
  return nameWords(name).filter((word) => word.length > 1 && !noNames.has(word))
}

/** Whether two names have a surname in common: any of their words but the first. Several cultures have more than one. */
export function shareSurname(one: readonly string[], other: readonly string[]): boolean {
  const surnames = new Set(one.slice(1))
  return other.slice(1).some((word) => surnames.has(word))
}

/** Whether two names may be one person's: all words of the shorter one stand in the longer, and they are two at least. */
export function maybeSamePerson(one: readonly string[], other: readonly string[]): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one]
  return shorter.length > 1 && shorter.every((word) => longer.includes(word))
}
