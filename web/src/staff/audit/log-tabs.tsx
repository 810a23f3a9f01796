import type { SignedIn } from '@curtain/protocol'
import { useEffect, useRef } from 'react'
import { useWords } from '../../i18n/translation.tsx'
import { useAddress } from '../router/location.ts'
import { ReviewBadge } from '../break-glass/review-badge.tsx'
import { mayUse } from '../session/access.ts'
import { PageLink } from '../shell/page-link.tsx'
import './log-tabs.css'

const en = {
  pages: 'Pages of the log',
  log: 'Search',
  logReviews: 'Reviews',
  logAlerts: 'Alerts',
  logState: 'State',
}

const es: typeof en = {
  pages: 'Páginas del registro',
  log: 'Buscar',
  logReviews: 'Revisiones',
  logAlerts: 'Avisos',
  logState: 'Estado',
}

const words = { en, es }

const tabs = [
  { to: '/log', part: 'log' },
  { to: '/log/reviews', part: 'logReviews' },
  { to: '/log/alerts', part: 'logAlerts' },
  { to: '/log/state', part: 'logState' },
] as const

/** The pages of the audit log that somebody may use, with the one they are on. */
export function LogTabs({ who }: { who: SignedIn }) {
  const said = useWords(words)
  const { pathname } = useAddress()
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone not all of them are in sight at once.
    const current = nav.current?.querySelector(`[href="${CSS.escape(pathname)}"]`)
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [pathname])
  return (
    <nav ref={nav} className="log-tabs" aria-label={said.pages}>
      {tabs.filter(({ part }) => mayUse(part, who)).map(({ to, part }) => (
        <PageLink key={to} to={to} aria-current={pathname === to ? 'page' : undefined}>
          {said[part]}
          {part === 'logReviews' && mayUse('signOffReviews', who) && <ReviewBadge />}
        </PageLink>
      ))}
    </nav>
  )
}
