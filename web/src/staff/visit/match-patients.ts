import type { Patient } from '@curtain/protocol'

const most = 8

/** The part of a name that typing is compared by: case and accents do not count. */
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/**
 * The patients whose name has a word for each typed word to begin, best known first: as they came, newest first.
 * @param typed nothing yet finds those who came last.
 */
export function matchPatients(patients: readonly Patient[], typed: string): Patient[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean)
  const found = patients.filter(({ name }) => {
    const parts = plain(name).split(/[\s-]+/)
    return wanted.every((word) => parts.some((part) => part.startsWith(word)))
  })
  return found.slice(0, most)
}
