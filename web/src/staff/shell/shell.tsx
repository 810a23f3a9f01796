import type { SignedIn } from '@curtain/protocol'
import { Menu } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import mark from '../../theme/curtain.svg'
import { ReviewBadge } from '../break-glass/review-badge.tsx'
import { navigate, useAddress } from '../router/location.ts'
import { mayUse } from '../session/access.ts'
import { useSignOut } from '../session/use-sign-out.ts'
import { useAnnouncer } from './announcer.tsx'
import { Icon } from './icons.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { PageLink } from './page-link.tsx'
import { useShellWords } from './words.ts'

/** What surrounds every page of the console: whose it is, who is here, and the ways out. */
export function Shell({ who, children }: { who: SignedIn; children: ReactNode }) {
  const shared = useSharedWords()
  const words = useShellWords()
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        {words.skip}
      </a>
      <header className="shell-head">
        <PageLink className="brand" to="/today">
          <img src={mark} alt={shared.productName} width={28} height={28} />
          <span className="brand-name">{who.organization.name}</span>
        </PageLink>
        <Pages who={who} />
        <LanguageSwitch />
        <UserMenu who={who} />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

const pages = [
  { to: '/today', icon: 'calendar', word: 'visits', part: 'visits' },
  { to: '/patients', icon: 'record', word: 'patients', part: 'patients' },
  { to: '/people', icon: 'person', word: 'people', part: 'people' },
  { to: '/teams', icon: 'people', word: 'teams', part: 'teams' },
  { to: '/log', icon: 'log', word: 'log', part: 'log' },
  { to: '/sign-ins', icon: 'clock', word: 'signIns', part: 'signIns' },
  { to: '/api-keys', icon: 'key', word: 'apiKeys', part: 'apiKeys' },
  { to: '/settings', icon: 'settings', word: 'settings', part: 'settings' },
] as const

function Pages({ who }: { who: SignedIn }) {
  const words = useShellWords()
  const { pathname } = useAddress()
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone not all of them are in sight at once.
    const current = nav.current?.querySelector(`[href="${CSS.escape(`/${pathname.split('/')[1]}`)}"]`)
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [pathname])
  return (
    <nav ref={nav} className="shell-pages" aria-label={words.pages}>
      {pages.filter(({ part }) => mayUse(part, who)).map(({ to, icon, word, part }) => (
        <PageLink key={to} to={to} aria-current={isWithin(pathname, to) ? 'page' : undefined}>
          <Icon name={icon} /> {words[word]}
          {part === 'log' && mayUse('signOffReviews', who) && <ReviewBadge />}
        </PageLink>
      ))}
    </nav>
  )
}

/** Whether an address is a page's own or of something that it lists. */
function isWithin(pathname: string, page: string): boolean {
  return pathname === page || pathname.startsWith(`${page}/`)
}

function UserMenu({ who }: { who: SignedIn }) {
  const words = useShellWords()
  const signOut = useSignOut()
  const say = useAnnouncer()
  return (
    <Menu position="bottom-end" width={240} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className="user-button" aria-label={words.account(who.user.name)}>
          <Icon name="person" />
          <span className="user-name">{who.user.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="user-facts">
          <strong>{who.user.name}</strong>
          <span className="quiet">{who.user.email}</span>
        </div>
        <Menu.Item leftSection={<Icon name="key" />} onClick={() => navigate('/account')}>
          {words.ownAccount}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="leave" />}
          onClick={() => void signOut().catch(() => say(words.signOutFailed))}
        >
          {words.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
