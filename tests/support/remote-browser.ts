import { startTestServer, Browser, type TestServer } from './server.ts'
import { freePort } from './curtain.ts'
import { SignallingClient } from './signalling-client.ts'
import type { ServerOptions } from '../../server/src/main.ts'

const publicUrl = 'https://visits.example.org'
const plenty = { burst: 100_000, perMinute: 100_000 }

/** A browser somewhere else: it comes through a reverse proxy, which tells its address. */
export class RemoteBrowser extends Browser {
  address: string
  userAgent: string

  /** @param url where the proxy would connect to */
  constructor(url: string, address: string, userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0') {
    super(url)
    this.address = address
    this.userAgent = userAgent
  }

  override request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return super.request(method, path, body, { origin: publicUrl, ...this.#forwarded(), ...headers })
  }

  /** A signalling connection from where it is. */
  connect(): Promise<SignallingClient> {
    const headers = this.#forwarded()
    return SignallingClient.connect(`${this.url.replace(/^http/, 'ws')}/v1/signal`, { origin: publicUrl, headers })
  }

  #forwarded(): Record<string, string> {
    return { 'x-forwarded-for': this.address, 'user-agent': this.userAgent }
  }
}

/** A Curtain behind a reverse proxy on this machine, for browsers that are elsewhere. */
export async function startProxiedServer(options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer & { directUrl: string }> {
  const port = await freePort()
  const environment = {
    CURTAIN_PORT: String(port),
    CURTAIN_PUBLIC_URL: publicUrl,
    CURTAIN_TRUSTED_PROXIES: '127.0.0.1',
    ...options.environment,
  }
  const limits: ServerOptions['limits'] = { any: plenty, guessable: plenty }
  const started = await startTestServer({ limits, ...options, environment })
  return { ...started, directUrl: `http://127.0.0.1:${port}` }
}
