import { redirection, type IdentityProviderId } from '@curtain/protocol'
import { ask } from './sign-in.ts'
import type { Browser } from './server.ts'

/** A browser with a tab at an identity provider as well: it keeps that one's cookies too, and goes where it is led. */
export class ProviderBrowser {
  readonly curtain: Browser
  readonly #cookies = new Map<string, string>()

  constructor(curtain: Browser) {
    this.curtain = curtain
  }

  /** Presses the button on the sign-in page. @returns the address at the provider */
  async begin(id: IdentityProviderId, next?: string): Promise<string> {
    return (await ask(this.curtain, redirection, 'POST', `/v1/sign-in/provider/${id}/start`, { next })).url
  }

  /** Goes on from an address at the provider until that leads back. @returns the address that it leads back to */
  async goThrough(address: string): Promise<URL> {
    let url = new URL(address)
    while (url.origin !== this.curtain.url) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
        if (value === '') this.#cookies.delete(name)
        else this.#cookies.set(name, value)
      }
      const location = response.headers.get('location')
      if (location === null) throw new Error(`the provider stops at ${response.status}: ${await response.text()}`)
      url = new URL(location, url)
    }
    return url
  }

  /** Opens the address that the provider led back to. @returns the page of ours that this leads on to */
  async comeBack(url: URL): Promise<string> {
    const response = await this.curtain.request('GET', url.pathname + url.search, undefined, {}, 'manual')
    const location = response.headers.get('location')
    if (response.status !== 303 || location === null) throw new Error(`coming back was answered with ${response.status}`)
    return location
  }

  /** The whole way. @returns the page of ours at its end */
  async signIn(id: IdentityProviderId, next?: string): Promise<string> {
    return this.comeBack(await this.goThrough(await this.begin(id, next)))
  }

  /** Is signed in nowhere at the provider any more. */
  forgetProvider(): void {
    this.#cookies.clear()
  }
}
