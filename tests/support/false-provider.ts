import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'

/** What a provider says that does not keep to the rules: of a sound answer, what is otherwise. */
export interface Misbehaviour {
  /** Of the discovery document. */
  metadata?: Record<string, unknown>
  /** Instead of any answer to discovery. */
  discovery?: (response: ServerResponse) => void
  /** Of the id token; undefined leaves a claim out. */
  claims?: JWTPayload
  /** How the id token is signed, if not as it should be. */
  signature?: 'none' | 'unknown key' | 'client secret' | 'key of another id'
  /** Instead of any answer to the code. */
  token?: (response: ServerResponse) => void
  /** What it says of somebody beside the id token. */
  userinfo?: Record<string, unknown>
}

export const falseClient = { clientId: 'curtain', clientSecret: 'a secret of a client that is long enough' }

/** A provider that does what no provider should, so that it can be seen to be refused. Every code is taken for any nonce. */
export interface FalseProvider extends AsyncDisposable {
  readonly issuer: string
  /** The nonce of whoever came last, which a sound id token has. */
  nonce: string
  behave: (misbehaviour: Misbehaviour) => void
}

export async function startFalseProvider(): Promise<FalseProvider> {
  const [ours, theirs] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  let misbehaviour: Misbehaviour = {}
  let issuer = ''

  async function idToken(nonce: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const claims: JWTPayload = {
      iss: issuer, aud: falseClient.clientId, sub: '17', iat: now, exp: now + 60, nonce,
      email: 'kim@harbor.example', email_verified: true, ...misbehaviour.claims,
    }
    const token = new SignJWT(claims)
    switch (misbehaviour.signature) {
      case 'none':
        return new UnsecuredJWT(claims).encode()
      case 'unknown key':
        return token.setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(theirs.privateKey)
      case 'key of another id':
        return token.setProtectedHeader({ alg: 'RS256', kid: 'two' }).sign(theirs.privateKey)
      case 'client secret':
        return token.setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(falseClient.clientSecret))
      case undefined:
        break
    }
    return token.setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(ours.privateKey)
  }

  const answers: Record<string, (response: ServerResponse) => Promise<void> | void> = {
    '/.well-known/openid-configuration': (response) =>
      misbehaviour.discovery === undefined
        ? sendJson(response, {
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            userinfo_endpoint: `${issuer}/userinfo`,
            jwks_uri: `${issuer}/keys`,
            response_types_supported: ['code'],
            id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
            ...misbehaviour.metadata,
          })
        : misbehaviour.discovery(response),
    '/keys': (response) => sendJson(response, { keys: [jwk] }),
    '/userinfo': (response) => sendJson(response, { sub: '17', ...misbehaviour.userinfo }),
    '/token': async (response) =>
      misbehaviour.token === undefined
        ? sendJson(response, { access_token: 'x', token_type: 'Bearer', id_token: await idToken(provider.nonce) })
        : misbehaviour.token(response),
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const send = answers[request.url ?? '']
    if (send === undefined) response.writeHead(404).end()
    else await send(response)
  }
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  issuer = `http://127.0.0.1:${address.port}`
  const provider: FalseProvider = {
    issuer,
    nonce: '',
    behave: (wanted) => {
      misbehaviour = wanted
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return provider
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
