import type { CDPSession, Page } from 'playwright-core'

type Credential = Parameters<typeof addCredential>[2]

const addCredential = (session: CDPSession, authenticatorId: string, credential: { credentialId: string; isResidentCredential: boolean; privateKey: string; signCount: number }) =>
  session.send('WebAuthn.addCredential', { authenticatorId, credential })

/** Something that keeps a person's passkeys, as a phone does: it shows them when their finger is on it. */
export class PasskeyDevice {
  readonly #credentials = new Map<string, Credential>()
  readonly #sessions = new WeakMap<Page, CDPSession>()

  /**
   * Brings it to a page, by the simulation that Chromium has (WebAuthn level 3, §11). The browser lets go of it when the
   * page is loaded anew, or looked at by other tools.
   * @param finger whether it is the right one
   */
  async bringTo(page: Page, finger: 'right' | 'wrong' = 'right'): Promise<void> {
    // The one that a page may have still has to go first: a browser takes one built-in device.
    await this.#sessions.get(page)?.detach()
    const session = await page.context().newCDPSession(page)
    this.#sessions.set(page, session)
    const keep = ({ credential }: { credential: Credential }) => this.#credentials.set(credential.credentialId, credential)
    session.on('WebAuthn.credentialAdded', keep)
    session.on('WebAuthn.credentialAsserted', keep)
    await session.send('WebAuthn.enable')
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: finger === 'right',
        automaticPresenceSimulation: true,
      },
    })
    for (const credential of this.#credentials.values()) {
      await addCredential(session, authenticatorId, credential)
    }
  }
}
