import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { en } from './en.ts'
import { es } from './es.ts'
import { makeFormat, type Format } from './format.ts'
import { localeFor, preferredLanguage, rememberedLanguage, rememberLanguage, type Language } from './language.ts'

interface Translation {
  language: Language
  format: Format
  setLanguage: (language: Language) => void
}

const TranslationContext = createContext<Translation | null>(null)

/** Gives a page its language: the remembered one, else the browser's; keeps `<html lang>` in step. */
export function TranslationProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState<Language>(() => rememberedLanguage() ?? preferredLanguage(navigator.languages))
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const setLanguage = useCallback((chosen: Language) => {
    rememberLanguage(chosen)
    choose(chosen)
  }, [])
  const translation = useMemo(
    () => ({ language, setLanguage, format: makeFormat(localeFor(language, navigator.languages)) }),
    [language, setLanguage],
  )
  return <TranslationContext value={translation}>{children}</TranslationContext>
}

/** The language in use, how it writes dates and numbers, and the way to change it. */
export function useTranslation(): Translation {
  const translation = use(TranslationContext)
  if (translation === null) throw new Error('useTranslation needs a TranslationProvider above it')
  return translation
}

/**
 * The words of one part of the pages in the language in use.
 * @param dictionaries one per language; declare the English one first and let its type demand the others' keys.
 */
export function useWords<Words>(dictionaries: Record<Language, Words>): Words {
  return dictionaries[useTranslation().language]
}

const shared = { en, es }

/** The words that all pages share: the product, the languages' names, what each error code means. */
export function useSharedWords() {
  return useWords(shared)
}
