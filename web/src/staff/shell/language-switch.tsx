import { languages, type Language } from '../../i18n/language.ts'
import { useSharedWords, useTranslation } from '../../i18n/translation.tsx'

/** Each language by its own name, the one in use marked. */
export function LanguageSwitch() {
  const { language, setLanguage } = useTranslation()
  const shared = useSharedWords()
  return (
    <div className="language-switch" role="group" aria-label={shared.language}>
      {languages.map((each: Language) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          aria-label={`${each.toUpperCase()}, ${shared.languageNames[each]}`}
          onClick={() => setLanguage(each)}
        >
          {each.toUpperCase()}
        </button>
      ))}
    </div>
  )
}
