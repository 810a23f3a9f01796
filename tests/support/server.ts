import { problem, type SignedIn } from '@curtain/protocol'
import { readConfig } from '../../server/src/config.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../server/src/main.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { setUpRelaxed, stayConfirmed } from './sign-in.ts'
import { owner } from './staff.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface TestServer extends AsyncDisposable {
  server: RunningServer
  url: string
  world: TestDatabase
}

/** A whole Curtain in this process: its own database, data folder and port, and a real media worker. */
export async function startTestServer(
  options: ServerOptions & { environment?: Record<string, string> } = {},
): Promise<TestServer> {
  const { environment = {}, ...rest } = options
  const world = await createTestDatabase()
  const folder = temporaryFolder()
  const config = readConfig({}, {
    ...process.env,
    CURTAIN_DATA_DIR: folder.path,
    CURTAIN_PORT: '0',
    CURTAIN_MEDIA_WORKERS: '1',
    CURTAIN_LOG_LEVEL: 'silent',
    ...environment,
  })
  const server = await startServer(config, { databaseRoles: world.roles, ...rest })
  return {
    server,
    url: server.url,
    world,
    async [Symbol.asyncDispose]() {
      await server.close()
      await world[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** A browser as the API sees one: it keeps cookies, and says where its requests come from. */
export class Browser {
  readonly url: string
  readonly cookies = new Map<string, string>()

  constructor(url: string) {
    this.url = url
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    redirect: RequestInit['redirect'] = 'follow',
  ): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect,
      headers: {
        origin: this.url,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  post(path: string, body: unknown = {}): Promise<Response> {
    return this.request('POST', path, body)
  }

  /** The code of a refusal, after checking that it is a whole problem body. */
  async refusal(response: Promise<Response>): Promise<string> {
    const answer = await response
    const { code, status } = problem.parse(await answer.json())
    if (answer.ok || status !== answer.status) throw new Error(`expected a refusal, got ${answer.status}`)
    return code
  }
}

/** Sets the server up, with no second factors asked for, and returns its owner's browser, which may do what is dangerous. */
export async function signInOwner({ server, url }: Pick<TestServer, 'server' | 'url'>): Promise<{ browser: Browser; signedIn: SignedIn }> {
  const browser = new Browser(url)
  const secret = new URL(server.setupUrl ?? '').hash.slice(1)
  const signedIn = await setUpRelaxed(browser, { secret, ...owner })
  await stayConfirmed(browser, server.parts)
  return { browser, signedIn }
}
