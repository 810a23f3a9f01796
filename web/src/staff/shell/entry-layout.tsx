import type { ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import mark from '../../theme/curtain.svg'
import { Icon } from './icons.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { useShellWords } from './words.ts'

/** The pages before one is signed in: one column, one thing to do. */
export function EntryLayout({ children }: { children: ReactNode }) {
  const shared = useSharedWords()
  const words = useShellWords()
  return (
    <div className="entry">
      <header className="entry-head">
        <span className="brand">
          <img src={mark} alt="" width={28} height={28} />
          {shared.productName}
        </span>
        <LanguageSwitch />
      </header>
      <main className="entry-main">
        <div className="card">{children}</div>
        <p className="entry-foot">
          <Icon name="lock" size={16} /> {words.own}
        </p>
      </main>
    </div>
  )
}
