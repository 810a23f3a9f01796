/** Somebody made up, with everything that can be known of a patient. */
export interface MadeUpPatient {
  name: string
  birthDate: string
  recordNumber: string
  email: string
  phone: string
}

export type Random = () => number

/** The same people in each run (mulberry32): figures of two runs are of the same search. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const starts = ['b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'ch', 'br', 'st', 'gr', 'sch', 'th', '']
const middles = ['a', 'e', 'i', 'o', 'u', 'ar', 'er', 'an', 'en', 'in', 'on', 'el', 'al', 'or', 'ie', 'ö', 'é']
const ends = ['', 'n', 's', 'son', 'ez', 'er', 'ski', 'a', 'o', 'berg', 'mann', 'ton', 'ley', 'ia']

function makeName(random: Random, syllables: number): string {
  const pick = (from: readonly string[]) => from[Math.floor(random() ** 1.5 * from.length)] ?? ''
  let name = ''
  for (let at = 0; at < syllables; at++) name += pick(starts) + pick(middles)
  name += pick(ends)
  return name.charAt(0).toUpperCase() + name.slice(1)
}

function makeNames(random: Random, count: number): string[] {
  const names = new Set<string>()
  while (names.size < count) names.add(makeName(random, 1 + Math.floor(random() * 2.5)))
  return [...names]
}

/**
 * People whose names are as unevenly common as real ones: by Zipf's law, so that among the surnames the first has some
 * hundredth of all people and most have few.
 */
export function createPopulation(random: Random) {
  const [given, family] = [makeNames(random, 2_000), makeNames(random, 40_000)]
  const [someGiven, someFamily] = [zipf(random, given, 0.9), zipf(random, family, 0.8)]
  const day = 86_400_000
  let count = 0
  return function next(): MadeUpPatient {
    const middle = random() < 0.3 ? ` ${someGiven()}` : ''
    const double = random() < 0.1 ? `-${someFamily()}` : ''
    const digits = String(Math.floor(random() * 1e9)).padStart(9, '0')
    count++
    return {
      name: `${someGiven()}${middle} ${someFamily()}${double}`,
      birthDate: new Date(Date.UTC(1930, 0, 1) + Math.floor(random() * 90 * 365.25) * day).toISOString().slice(0, 10),
      recordNumber: `MRN-${String(count).padStart(8, '0')}`,
      email: `p${count}@patients.example`,
      phone: `+1 ${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`,
    }
  }
}

function zipf(random: Random, names: readonly string[], exponent: number): () => string {
  let sum = 0
  const upTo = names.map((_name, rank) => (sum += 1 / (rank + 1) ** exponent))
  return () => {
    const wanted = random() * sum
    let [low, high] = [0, upTo.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return names[low] ?? ''
  }
}
