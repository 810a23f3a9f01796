import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  type ServerMetadata,
} from 'openid-client'
import { AppError } from '../errors.ts'
import { hashSecret } from '../keys/secrets.ts'
import { mayBeAsked, providerFetch } from './provider-fetch.ts'

/** As whom we ask a provider. */
interface ProviderAccess {
  issuer: string
  clientId: string
  clientSecret: string
}

/** What one way to a provider and back is held together by; none of it is known to anybody but the browser on its way. */
export interface FlowSecrets {
  /** Comes back in the address (RFC 6749 §10.12). */
  state: string
  /** Comes back in the id token. */
  nonce: string
  /** Shown for the code (RFC 7636). */
  verifier: string
}

type Claims = Readonly<Record<string, unknown>>

/** A provider that was asked what it can do. */
export interface ProviderClient {
  authorizationUrl(secrets: FlowSecrets, redirectUri: string): Promise<string>
  /**
   * Exchanges a code for what the provider says of somebody.
   * @param returned the address that the browser came back to
   * @param wanted the names of claims to ask for once more where the id token has them not
   * @throws AppError `identity-refused`, `identity-invalid`, `identity-provider-unreachable`
   */
  exchange(returned: URL, secrets: FlowSecrets, wanted: readonly string[]): Promise<Claims>
  /** Where its own session is ended; null where it has no such place. */
  signOutUrl(signedOutUrl: string): string | null
  /** Where its signing keys are. */
  readonly keysUrl: string
  readonly algorithms: readonly string[]
}

/** @throws AppError `identity-provider-unreachable`, `identity-provider-invalid` */
export type OpenProvider = (access: ProviderAccess, patienceSeconds?: number) => Promise<ProviderClient>

/** Signatures by key pairs alone: what `none` or a shared secret signs, anybody may have who has the client's. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Somebody waits at a page meanwhile. */
const usualPatienceSeconds = 8
/** For so long a provider is not asked again what it can do. */
const freshMs = 10 * 60_000
const mostKept = 200

/** Remembers what providers can do, for a while. */
export function createProviderClients(now: () => number = Date.now): OpenProvider {
  const known = new Map<string, { client: Promise<ProviderClient>; at: number }>()
  return (access) => {
    const key = hashSecret(JSON.stringify([access.issuer, access.clientId, access.clientSecret])).toString('base64url')
    const kept = known.get(key)
    if (kept !== undefined && now() - kept.at < freshMs) return kept.client
    const client = openProvider(access)
    known.delete(key) // so that the map stays in order of age
    known.set(key, { client, at: now() })
    client.catch(() => known.delete(key))
    for (const oldest of known.keys()) {
      if (known.size <= mostKept) break
      known.delete(oldest)
    }
    return client
  }
}

/** Asks a provider what it can do (OpenID Connect Discovery 1.0). */
export const openProvider: OpenProvider = async (access, patienceSeconds = usualPatienceSeconds) => {
  if (!mayBeAsked(access.issuer)) throw new AppError('identity-provider-invalid', { fields: ['issuer'] })
  const insecure = access.issuer.startsWith('http:') ? [allowInsecureRequests] : []
  const asked = { [customFetch]: providerFetch, timeout: patienceSeconds, execute: insecure }
  const found = await discovery(new URL(access.issuer), access.clientId, undefined, undefined, asked).catch(asProviderError)
  const server = checkMetadata(found.serverMetadata(), access.issuer)
  const config = new Configuration(server, access.clientId, undefined, authenticationOf(server, access.clientSecret))
  config[customFetch] = providerFetch
  config.timeout = patienceSeconds
  enableNonRepudiationChecks(config)
  for (const allow of insecure) allow(config)

  return {
    keysUrl: server.jwks_uri,
    algorithms: server.id_token_signing_alg_values_supported,
    async authorizationUrl({ state, nonce, verifier }, redirectUri) {
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      })
      return url.href
    },
    async exchange(returned, { state, nonce, verifier }, wanted) {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
      const tokens = await authorizationCodeGrant(config, returned, checks).catch(asIdentityError)
      const claims = tokens.claims()
      if (claims === undefined) throw new AppError('identity-invalid')
      const isWhole = wanted.every((name) => claims[name] !== undefined)
      if (isWhole || server.userinfo_endpoint === undefined) return claims
      // Of the same subject, which the library sees to.
      const more = await fetchUserInfo(config, tokens.access_token, claims.sub).catch(asIdentityError)
      return together(claims, more)
    },
    signOutUrl(signedOutUrl) {
      const { end_session_endpoint: endpoint } = server
      if (endpoint === undefined || !URL.canParse(endpoint) || !mayBeAsked(endpoint)) return null
      return buildEndSessionUrl(config, { post_logout_redirect_uri: signedOutUrl }).href
    },
  }
}

/** What was signed goes before what was not; but an address is verified only by who says of that one that it is. */
function together(signed: Claims, more: Claims): Claims {
  const { email, email_verified } = ['email', 'email_verified'].every((name) => signed[name] !== undefined) ? signed : more
  return { ...more, ...signed, email, email_verified }
}

/** What is needed of a provider, or it is none for us. */
function checkMetadata(found: Readonly<ServerMetadata>, issuer: string) {
  const refuse = () => new AppError('identity-provider-invalid', { fields: ['issuer'] })
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = found
  // To the letter: a provider for many organizations at once names none here, and would vouch for all of them.
  if (found.issuer !== issuer || jwks_uri === undefined) throw refuse()
  for (const endpoint of [authorization_endpoint, token_endpoint, jwks_uri]) {
    if (endpoint === undefined || !URL.canParse(endpoint) || !mayBeAsked(endpoint)) throw refuse()
  }
  if (userinfo_endpoint !== undefined && !(URL.canParse(userinfo_endpoint) && mayBeAsked(userinfo_endpoint))) throw refuse()
  const offered = found.id_token_signing_alg_values_supported ?? ['RS256']
  const accepted = offered.filter((one) => algorithms.includes(one))
  if (accepted.length === 0) throw refuse()
  return { ...found, jwks_uri, id_token_signing_alg_values_supported: accepted }
}

/** By HTTP Basic, which is what is meant where nothing is said (OpenID Connect Discovery 1.0, §3). */
function authenticationOf({ token_endpoint_auth_methods_supported: methods }: ServerMetadata, secret: string) {
  return methods === undefined || methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret)
}

function asProviderError(cause: unknown): never {
  throw new AppError(isAway(cause) ? 'identity-provider-unreachable' : 'identity-provider-invalid', { cause, fields: ['issuer'] })
}

function asIdentityError(cause: unknown): never {
  if (cause instanceof AuthorizationResponseError) throw new AppError('identity-refused', { cause })
  throw new AppError(isAway(cause) ? 'identity-provider-unreachable' : 'identity-invalid', { cause })
}

/** Whether no answer came, or not in time: the platform's own fetch fails with a TypeError then. */
function isAway(error: unknown): boolean {
  if (error instanceof ClientError) return error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT'
  return error instanceof TypeError && error.cause !== undefined
}
