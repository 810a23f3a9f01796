import {
  admissionTicket,
  me,
  type OrganizationId,
  type Role,
  type SecuritySettings,
  securityState,
  type UserId,
  visitCreated,
  type VisitId,
} from '@curtain/protocol'
import { expect } from 'vitest'
import { newId } from '../../server/src/database/new-id.ts'
import { insertUser } from '../../server/src/users/store.ts'
import { RemoteBrowser, startProxiedServer } from './remote-browser.ts'
import { ask, password, passwordHash, setUpRelaxed, stayConfirmed } from './sign-in.ts'
import { owner } from './staff.ts'

/** Where browsers come from: two places in the same network, and one outside. */
export const office = '198.51.100.7'
export const colleague = '198.51.100.8'
export const home = '203.0.113.20'

/** What an organization asks for that asks for nothing. */
export const open: SecuritySettings = {
  secondFactor: 'optional', idleMinutes: 15, passwordMaxAgeDays: null, bindSessions: false, addresses: [], roleAddresses: {},
}

interface Account {
  id: UserId
  email: string
}

/** A Curtain whose staff sign in with a password alone, from wherever they are. */
export interface SessionsWorld extends AsyncDisposable {
  curtain: Awaited<ReturnType<typeof startProxiedServer>>
  organizationId: OrganizationId
  /** The owner, at the office. */
  boss: RemoteBrowser
  browserAt(address: string): RemoteBrowser
  /** Asks for this from now on, and for nothing else. */
  protect(settings: Partial<SecuritySettings>): Promise<SecuritySettings>
  /** An account with a password of its own. */
  addAccount(...roles: Role[]): Promise<Account>
  /** A browser that is signed in. */
  signedIn(account: Account, address?: string): Promise<RemoteBrowser>
  /** Of the audit log, about what a user did. */
  events(type: string, userId: UserId): Promise<Record<string, unknown>[]>
  /** Nobody has used a session for so long. */
  leaveAlone(id: string, minutes: number): Promise<unknown>
}

export async function makeSessionsWorld(): Promise<SessionsWorld> {
  await using cleanup = new AsyncDisposableStack()
  const curtain = cleanup.use(await startProxiedServer())
  const browserAt = (address: string) => new RemoteBrowser(curtain.directUrl, address)
  const boss = browserAt(office)
  const secret = new URL(curtain.server.setupUrl ?? '').hash.slice(1)
  const organizationId = (await setUpRelaxed(boss, { secret, ...owner })).organization.id
  await stayConfirmed(boss, curtain.server.parts)
  const made = cleanup.move()
  return {
    curtain,
    organizationId,
    boss,
    browserAt,
    protect: (settings) => ask(boss, securityState, 'PUT', '/v1/organization/security', { ...open, ...settings }),
    async addAccount(...roles) {
      const now = new Date()
      const id = newId('user', now)
      const account = { id, email: `${id}@harbor.example` }
      const user = { ...account, organizationId, name: 'Sky Reed', passwordHash, roles, now }
      await curtain.world.database.inOrganization(organizationId, (tx) => insertUser(tx, user))
      return account
    },
    async signedIn(account, address = office) {
      const browser = browserAt(address)
      const response = await signIn(browser, account)
      if (!response.ok) throw new Error(`signing in answered ${response.status}`)
      return browser
    },
    events: (type, userId) =>
      curtain.world.query('select outcome, facts, session_id from audit_events where type = $1 and user_id = $2 order by id', [type, userId]),
    leaveAlone: (id, minutes) =>
      curtain.world.query(`update sessions set last_used_at = now() - make_interval(mins => $2) where id = $1`, [id, minutes]),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  }
}

export const signIn = (browser: RemoteBrowser, { email }: Account, typed = password): Promise<Response> =>
  browser.post('/v1/sign-in', { email, password: typed })

/** `in`, or the code that a browser is refused with. */
export async function standing(browser: RemoteBrowser, headers: Record<string, string> = {}): Promise<string> {
  const response = await browser.request('GET', '/v1/me', undefined, headers)
  return response.ok ? 'in' : browser.refusal(Promise.resolve(response))
}

export const sessionOf = async (browser: RemoteBrowser) => (await ask(browser, me, 'GET', '/v1/me')).session

/** A stream of changes, and its end. */
export async function follow(browser: RemoteBrowser): Promise<{ ended: Promise<unknown> }> {
  const response = await browser.request('GET', '/v1/visits/changes')
  expect(response.status).toBe(200)
  return { ended: response.text() }
}

/** A visit that starts now, and a ticket to it. */
export async function makeVisit(browser: RemoteBrowser): Promise<{ visit: { id: VisitId }; ticket: string }> {
  const plan = { patient: { name: 'Ann Lee' }, startsAt: new Date().toISOString() }
  const { visit } = await ask(browser, visitCreated, 'POST', '/v1/visits', plan)
  return { visit, ticket: await ticketTo(browser, visit.id) }
}

export const ticketTo = async (browser: RemoteBrowser, visitId: VisitId): Promise<string> =>
  (await ask(browser, admissionTicket, 'POST', `/v1/visits/${visitId}/tickets`, {})).ticket
