import { useEffect, useRef, type ReactNode } from 'react'
import { languages } from '../../i18n/language.ts'
import { useSharedWords, useTranslation } from '../../i18n/translation.tsx'
import { Icon, type IconName } from './icon.tsx'

/** The other language, in its own words: with two of them, one press is enough. */
export function LanguageSwitch() {
  const shared = useSharedWords()
  const { language, setLanguage } = useTranslation()
  return (
    <ul className="language-switch" aria-label={shared.language}>
      {languages
        .filter((other) => other !== language)
        .map((other) => (
          <li key={other}>
            <button type="button" className="button button-quiet" lang={other} onClick={() => setLanguage(other)}>
              {shared.languageNames[other]}
            </button>
          </li>
        ))}
    </ul>
  )
}

interface Frame {
  /** Whose page this is, once known. */
  clinic: string | null
  title: string
  icon?: IconName
  children?: ReactNode
  /** What to do here: kept in reach of a thumb on small screens. */
  actions?: ReactNode
  wide?: boolean
}

/** One thing on one screen: a heading that takes the focus when the screen comes up, words, and what to do. */
export function PageFrame({ clinic, title, icon, children, actions, wide = false }: Frame) {
  const { productName } = useSharedWords()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  useEffect(() => {
    document.title = `${title} · ${clinic ?? productName}`
  }, [title, clinic, productName])
  return (
    <div className="frame">
      <header className="frame-header">
        <span className="frame-clinic">{clinic ?? productName}</span>
        <LanguageSwitch />
      </header>
      <main className={wide ? 'frame-main frame-main-wide' : 'frame-main'}>
        {icon !== undefined && (
          <span className="frame-icon">
            <Icon name={icon} size={28} />
          </span>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
        {actions !== undefined && <div className="frame-actions">{actions}</div>}
      </main>
    </div>
  )
}
