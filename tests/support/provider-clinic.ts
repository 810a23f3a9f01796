import {
  admitted,
  identityProvider,
  me,
  signUpList,
  type IdentityProvider as Settings,
  type OrganizationId,
  type Role,
  type SignUp,
} from '@curtain/protocol'
import { curtainClient, startIdentityProvider, type IdentityProvider, type ProviderPerson } from './identity-provider.ts'
import { ProviderBrowser } from './provider-browser.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from './server.ts'
import { ask } from './sign-in.ts'

const plenty = { burst: 100_000, perMinute: 100_000 }

interface Parts {
  curtain: TestServer
  provider: IdentityProvider
  /** The owner, signed in. */
  dana: Browser
  organizationId: OrganizationId
}

/** A Curtain whose organization has an OpenID Connect provider of its own. */
export class ProviderClinic implements AsyncDisposable {
  readonly curtain: Parts['curtain']
  readonly provider: Parts['provider']
  readonly dana: Parts['dana']
  readonly organizationId: Parts['organizationId']
  readonly #cleanup: AsyncDisposableStack
  #settings: Settings | undefined
  #people = 0

  constructor({ curtain, provider, dana, organizationId }: Parts, cleanup: AsyncDisposableStack) {
    this.curtain = curtain
    this.provider = provider
    this.dana = dana
    this.organizationId = organizationId
    this.#cleanup = cleanup
  }

  /** As the provider was first taken up. */
  get settings(): Settings {
    if (this.#settings === undefined) throw new Error('the provider is not taken up')
    return this.#settings
  }

  /** Takes the provider up, as nothing else is said of it. */
  async begin(): Promise<void> {
    this.#settings = await this.takeUp({})
  }

  /** Takes it away again, and with it who is linked to it. */
  async leave(): Promise<void> {
    await this.dana.request('DELETE', `/v1/identity-providers/${this.settings.id}`)
  }

  input() {
    return { name: 'Harbor ID', issuer: this.provider.issuer, ...curtainClient, domains: ['harbor.example'] }
  }

  takeUp(other: object): Promise<Settings> {
    return ask(this.dana, identityProvider, 'POST', '/v1/identity-providers', { ...this.input(), ...other })
  }

  change(other: object): Promise<Settings> {
    return ask(this.dana, identityProvider, 'PATCH', `/v1/identity-providers/${this.settings.id}`, other)
  }

  newBrowser(): ProviderBrowser {
    return new ProviderBrowser(new Browser(this.curtain.url))
  }

  /** Who waits for an account. */
  async waiting(): Promise<SignUp[]> {
    return (await ask(this.dana, signUpList, 'GET', '/v1/sign-ups')).signUps
  }

  /** Somebody new at the provider, and at the keyboard. */
  somebody(other: Partial<ProviderPerson> = {}): ProviderPerson {
    const number = ++this.#people
    const person = { sub: `person ${number}`, email: `kim.${number}@harbor.example`, email_verified: true, name: `Kim Roe ${number}`, ...other }
    this.provider.knows(person)
    this.provider.atKeyboard(person.sub)
    return person
  }

  /** Somebody whose account an owner has approved. */
  async approved(roles: Role[] = ['scheduler'], other: Partial<ProviderPerson> = {}): Promise<ProviderPerson> {
    const person = this.somebody(other)
    await this.newBrowser().signIn(this.settings.id)
    const signUp = (await this.waiting()).find(({ email }) => email === person.email)
    await ask(this.dana, admitted, 'POST', `/v1/sign-ups/${signUp?.id}/approve`, { roles })
    return person
  }

  auditOf(type: string): Promise<Record<string, unknown>[]> {
    return this.curtain.world.query('select outcome, user_id, target, facts from audit_events where type = $1 order by id', [type])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanup.disposeAsync()
  }
}

export async function startProviderClinic(): Promise<ProviderClinic> {
  await using cleanup = new AsyncDisposableStack()
  const curtain = cleanup.use(await startTestServer({ limits: { any: plenty, guessable: plenty } }))
  const { browser: dana, signedIn } = await signInOwner(curtain)
  const provider = cleanup.use(await startIdentityProvider(curtain.url))
  return new ProviderClinic({ curtain, provider, dana, organizationId: signedIn.organization.id }, cleanup.move())
}

export const whoIs = async ({ curtain: browser }: ProviderBrowser) => (await ask(browser, me, 'GET', '/v1/me')).user
