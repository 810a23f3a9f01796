/** The languages that every page speaks. */
export const languages = ['en', 'es'] as const
export type Language = (typeof languages)[number]

const storageKey = 'curtain-language'

function isLanguage(text: string | null): text is Language {
  return languages.some((language) => language === text)
}

function baseOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? ''
}

/** The first of a person's preferred languages (BCP 47 tags, best first) that the pages speak; else English. */
export function preferredLanguage(preferred: readonly string[]): Language {
  return preferred.map(baseOf).find(isLanguage) ?? 'en'
}

/**
 * How dates and numbers are written: the person's own region of the language where they named one
 * (`en-GB` writes the day first), else the language alone.
 */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => baseOf(tag) === language) ?? (language === 'en' ? 'en-US' : language)
}

/** The language chosen on this device before, or null. Storage may be switched off: then nothing is remembered. */
export function rememberedLanguage(): Language | null {
  try {
    const language = localStorage.getItem(storageKey)
    return isLanguage(language) ? language : null
  } catch {
    return null
  }
}

/** Remembers the choice on this device, where the browser allows that. */
export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Without storage the choice holds until the page is closed.
  }
}
