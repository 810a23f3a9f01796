import { protectionChanged, type SignInStep, signInLinkResult, signInStep, type UserId, userCreated, webAuthnOptions } from '@curtain/protocol'
import { expect } from 'vitest'
import { RemoteBrowser, startProxiedServer } from './remote-browser.ts'
import type { Browser } from './server.ts'
import { ask, enrolAuthenticator, isIn, outcome, password, passwordHash, stayConfirmed } from './sign-in.ts'
import { SoftwareAuthenticator } from './software-authenticator.ts'
import { owner } from './staff.ts'

export const sessionCookie = '__Host-curtain-session'

/** A browser somewhere else than all others. */
export class Elsewhere extends RemoteBrowser {
  get token(): string | undefined {
    return this.cookies.get(sessionCookie)
  }

  set token(value: string) {
    this.cookies.set(sessionCookie, value)
  }
}

interface Account {
  id: UserId
  email: string
  /** A browser that came in with the account's first link, or is whole. */
  browser: Elsewhere
}

/** With the password: what comes next. */
export const signIn = (browser: Browser, email: string, typed = password): Promise<SignInStep> =>
  ask(browser, signInStep, 'POST', '/v1/sign-in', { email, password: typed })

/**
 * A Curtain where second factors are asked for, and accounts at each step of the way in. They are made for each test, so that
 * none meets what another did wrong; wrong codes count against the address too, so that each browser has its own.
 */
export class Accounts implements AsyncDisposable {
  readonly curtain: Awaited<ReturnType<typeof startProxiedServer>>
  /** The owner. */
  readonly dana: Elsewhere
  #addresses = 0
  #made = 0

  constructor(curtain: Accounts['curtain']) {
    this.curtain = curtain
    this.dana = this.newBrowser()
  }

  /** The owner's own way in, at first: what each step of it was answered with. */
  async setUp(): Promise<{ weak: string; begun: SignInStep; isIn: string; done: SignInStep }> {
    const secret = new URL(this.curtain.server.setupUrl ?? '').hash.slice(1)
    const weak = await outcome(this.dana.post('/v1/setup', { secret, ...owner, password: 'harborclinic' }))
    const begun = await ask(this.dana, signInStep, 'POST', '/v1/setup', { secret, ...owner })
    const before = await isIn(this.dana)
    const { step: done } = await enrolAuthenticator(this.dana)
    await stayConfirmed(this.dana, this.curtain.server.parts)
    return { weak, begun, isIn: before, done }
  }

  newBrowser(): Elsewhere {
    const place = ++this.#addresses
    return new Elsewhere(this.curtain.directUrl, `10.${(place >> 8) & 255}.${place & 255}.1`)
  }

  /** Somebody new, who has opened their link and is to set up a password and a second factor. */
  async invited(): Promise<Account> {
    const email = `kim-${++this.#made}@harbor.example`
    const { user, link } = await ask(this.dana, userCreated, 'POST', '/v1/users', { name: 'Kim Roe', email, roles: ['clinician'] })
    const browser = this.newBrowser()
    const secret = new URL(link.url).hash.slice(1)
    const { step } = await ask(browser, signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret })
    expect(step).toMatchObject({ next: 'set-up', missing: ['password', 'second-factor'] })
    return { id: user.id, email, browser }
  }

  /** Somebody with a password, who is to set up a second factor. */
  async withPassword(): Promise<Account> {
    const account = await this.invited()
    const text = 'update users set password_hash = $2, password_changed_at = now() where id = $1'
    await this.curtain.world.query(text, [account.id, passwordHash])
    return account
  }

  /** Somebody who is in, with an authenticator app. */
  async withApp(): Promise<Account & { secret: string }> {
    const account = await this.withPassword()
    const { secret, step } = await enrolAuthenticator(account.browser)
    expect(step).toMatchObject({ next: 'none', user: { email: account.email } })
    await this.freshCodes(account.id)
    return { ...account, secret }
  }

  /** Lets the code of this half minute be taken again: tests do not wait for the next. */
  async freshCodes(userId: UserId): Promise<void> {
    await this.curtain.world.query('update authenticators set last_step = null where user_id = $1', [userId])
  }

  /** Somebody who is in, with a passkey. */
  async withPasskey(): Promise<Account & { authenticator: SoftwareAuthenticator }> {
    const account = await this.withPassword()
    const authenticator = new SoftwareAuthenticator(this.curtain.url)
    const { options } = await ask(account.browser, webAuthnOptions, 'POST', '/v1/me/passkeys/options')
    const response = authenticator.create(options)
    const { step } = await ask(account.browser, protectionChanged, 'POST', '/v1/me/passkeys', { response, name: 'Laptop' })
    expect(step.next).toBe('none')
    return { ...account, authenticator }
  }

  /** Somewhere else, with the password alone. */
  async half(email: string): Promise<Elsewhere> {
    const browser = this.newBrowser()
    expect((await signIn(browser, email)).next).toBe('second-factor')
    return browser
  }

  /** What the audit log has of what somebody did. */
  async eventsOf(userId: UserId): Promise<unknown[][]> {
    const rows = await this.curtain.world.query('select type, facts from audit_events where user_id = $1 order by id', [userId])
    return rows.map(({ type, facts }) => [type, facts])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.curtain[Symbol.asyncDispose]())
  }
}

/** Accounts on a Curtain that nobody has set up yet. */
export async function startAccounts(): Promise<Accounts> {
  return new Accounts(await startProxiedServer())
}
