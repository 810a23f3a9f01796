import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { problem } from '@curtain/protocol'
import { afterEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { createHttpApp, type HttpApp } from './http-server.ts'
import { createMetrics } from './metrics.ts'
import { pageRoutes } from './pages.ts'
import { createPublicAddress } from './public-address.ts'

let app: HttpApp | undefined
let log: string
afterEach(() => app?.close())

async function start(tls: Config['tls'] = null): Promise<number> {
  log = ''
  const address = createPublicAddress({ publicUrl: null, port: 0 })
  app = createHttpApp({
    config: { tls, trustedProxies: [] },
    address,
    log: createLog('info', { write: (line: string) => void (log += line) }),
    metrics: createMetrics(),
  })
  pageRoutes(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const bound = app.server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('no port')
  return bound.port
}

/** As it stands: a URL parser would put such a path right. */
async function ask(port: number, path: string, headers = {}) {
  const asked = request({ host: '127.0.0.1', port, path, headers }).end()
  const [response] = await once(asked, 'response')
  let body = ''
  for await (const chunk of response) body += String(chunk)
  return { status: response.statusCode, headers: response.headers, body }
}

test.each(['/%', '/v/%E0%A4%A', `/v/${'a'.repeat(300)}`, '/assets/..%2f..%2fpackage.json', '/assets/..%2fstaff.html'])(
  'a path such as %s leads nowhere, is not repeated, and is no failure of ours',
  async (path) => {
    const { status, headers, body } = await ask(await start(), path)
    expect(status).toBe(404)
    expect(problem.parse(JSON.parse(body))).toMatchObject({ code: 'not-found' })
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect(body).not.toContain(path.slice(1, 12))
    expect(log).not.toContain('"level":"error"')
  },
)

test('what a part of the framework blames the client for is answered so', async () => {
  const port = await start()
  expect((await ask(port, '/assets/%00')).status).toBe(400)
  expect(log).not.toContain('"level":"error"')
})

test('an unused connection outlives those of proxies, and a client that is slow with its request is cut off', async () => {
  await start()
  expect(app?.server).toMatchObject({ keepAliveTimeout: 75_000, headersTimeout: 15_000, requestTimeout: 30_000 })
})

test('a TLS file that cannot be used is named by its setting, and nothing of it is told', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'some.pem')
  writeFileSync(file, 'not a key at all')
  const missing = join(folder.path, 'missing.pem')
  await expect(start({ certFile: missing, keyFile: file })).rejects.toThrow(/CURTAIN_TLS_CERT_FILE: the file cannot be read \(ENOENT\)/)
  await expect(start({ certFile: file, keyFile: file })).rejects.toThrow(/CURTAIN_TLS_CERT_FILE, CURTAIN_TLS_KEY_FILE: must be/)
})
