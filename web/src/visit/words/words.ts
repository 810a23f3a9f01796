import { useWords } from '../../i18n/translation.tsx'
import { en } from './en.ts'
import { es } from './es.ts'

const dictionaries = { en, es }

/** The words of the visit pages in the language in use. */
export function useVisitWords() {
  return useWords(dictionaries)
}
