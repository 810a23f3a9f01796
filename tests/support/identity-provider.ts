import { once } from 'node:events'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider, type InteractionResults } from 'oidc-provider'
import { freePort } from './curtain.ts'

/** Somebody who has an account at the provider. */
export interface ProviderPerson {
  sub: string
  email: string
  email_verified: boolean
  name?: string
  groups?: string[]
}

export const curtainClient = { clientId: 'curtain', clientSecret: 'a secret that only the provider and Curtain have' }

/** A real OpenID Connect provider (`oidc-provider`) on this machine, with Curtain as its client. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string
  /** Puts somebody into its directory, or something else about them. */
  knows(person: ProviderPerson): void
  /** Who is at the keyboard when it asks: it takes their word. Null: they turn away. */
  atKeyboard(sub: string | null, amr?: string[]): void
}

/**
 * @param curtainUrl where Curtain is reached
 * @param options `pages`: its own sign-in pages are shown to a person; otherwise whoever is at the keyboard is signed in at once
 */
export async function startIdentityProvider(curtainUrl: string, { pages = false } = {}): Promise<IdentityProvider> {
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const people = new Map<string, ProviderPerson>()
  let sitting: { sub: string; amr: string[] } | null = null
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: 'one', alg: 'RS256', use: 'sig' }

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: curtainClient.clientId,
        client_secret: curtainClient.clientSecret,
        redirect_uris: [`${curtainUrl}/v1/sign-in/provider/callback`],
        post_logout_redirect_uris: [`${curtainUrl}/sign-in`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['a key of a provider in a test'] },
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: pages }, rpInitiatedLogout: { enabled: true } },
    ...(pages ? {} : { interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/at-keyboard/${uid}` } }),
    findAccount: (_context, sub) => {
      const person = people.get(sub)
      return person && { accountId: sub, claims: () => ({ ...person }) }
    },
  })

  const answer = provider.callback()
  const server = createServer((request, response) => {
    if (!pages && request.url?.startsWith('/at-keyboard/') === true) {
      void interact().then((result) => provider.interactionFinished(request, response, result))
    } else {
      void answer(request, response)
    }
    async function interact(): Promise<InteractionResults> {
      if (sitting === null) return { error: 'access_denied' }
      const { prompt, params, session } = await provider.interactionDetails(request, response)
      if (prompt.name === 'login') return { login: { accountId: sitting.sub, amr: sitting.amr } }
      const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) })
      grant.addOIDCScope('openid email profile')
      return { consent: { grantId: await grant.save() } }
    }
  }).listen(port, 'localhost')
  await once(server, 'listening')

  return {
    issuer,
    knows: (person) => void people.set(person.sub, person),
    atKeyboard: (sub, amr = ['pwd']) => {
      sitting = sub === null ? null : { sub, amr }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
