import { languages, type Language } from '../../i18n/language.ts'
import { useSharedWords, useTranslation } from '../../i18n/translation.tsx'

/** Each language by its own name, the one in use marked. */
export function LanguageSwitch() {
  const translation = useTranslation()
  const shared = useSharedWords()
  return (
    <fieldset className="language-switch">
      <legend className="visually-hidden">{shared.language}</legend>
      {languages.map((each: Language) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === translation.language}
          aria-label={`${each.toUpperCase()}, ${shared.languageNames[each]}`}
          onClick={() => translation.setLanguage(each)}
        >
          {each.toUpperCase()}
        </button>
      ))}
    </fieldset>
  )
}
