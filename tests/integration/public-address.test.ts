import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Clinic } from '../support/clinic.ts'
import { freePort } from '../support/curtain.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import { refusedUpgrade } from '../support/signalling-client.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const certificate = join(folder.path, 'certificate.pem')
const key = join(folder.path, 'key.pem')
const generous = { burst: 100_000, perMinute: 100_000 }

afterAll(() => folder[Symbol.dispose]())

describe('with TLS files of its own', () => {
  let curtain: TestServer
  let port: number

  beforeAll(async () => {
    await promisify(execFile)('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
      '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate,
    ])
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(certificate, 'utf8')])
    port = await freePort()
    curtain = await startTestServer({
      environment: {
        CURTAIN_PORT: String(port),
        CURTAIN_PUBLIC_URL: `https://localhost:${port}`,
        CURTAIN_TLS_CERT_FILE: certificate,
        CURTAIN_TLS_KEY_FILE: key,
      },
    })
  })
  afterAll(() => curtain?.[Symbol.asyncDispose]())

  test('a whole visit goes over https and wss, with cookies that no other host can set', async () => {
    const clinic = new Clinic(curtain.url, (await signInOwner(curtain)).browser)
    expect(new URL(curtain.url).protocol).toBe('https:')
    const { link } = await clinic.makeVisit()
    expect(link.url).toMatch(`https://localhost:${port}/v/`)
    const exchanged = await clinic.openLink(link, clinic.newBrowser())
    const [cookie = '', ...more] = exchanged.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-curtain-visit-vis_\w+=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure;/)
    expect(cookie).toMatch(/; SameSite=Strict$/)
    expect(more).toEqual([])
    const signedIn = await clinic.newBrowser().post('/v1/sign-in', { email: owner.email, password: owner.password })
    expect(signedIn.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-curtain-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^__Host-curtain-device=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
    const { visitId, host } = await clinic.twoInVisit()
    await clinic.end(visitId)
    expect(await host.client.closed()).toBe(4000)
  })

  test('browsers are told to come by https alone from now on', async () => {
    const { headers } = await new Browser(curtain.url).request('GET', '/healthz')
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(headers.get('content-security-policy')).toMatch(/upgrade-insecure-requests/)
    expect(headers.get('content-security-policy')).toContain(`wss://localhost:${port}`)
  })

  test('a page of plain http, and one of another port, is another site', async () => {
    const staff = new Browser(curtain.url)
    for (const origin of [`http://localhost:${port}`, 'https://localhost']) {
      const posted = staff.request('POST', '/v1/sign-in', { email: owner.email, password: owner.password }, { origin })
      expect(await staff.refusal(posted), origin).toBe('origin-refused')
      expect(await refusedUpgrade(`wss://localhost:${port}/v1/signal`, { origin }), origin).toBe(403)
    }
  })

  test('nothing is served in the clear, or by a TLS that is past its time', async () => {
    await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toThrow('fetch failed')
    const ciphers = 'DEFAULT@SECLEVEL=0'
    const old = connect({ host: 'localhost', port, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers })
    await expect(
      new Promise((resolve, reject) => {
        old.once('secureConnect', resolve)
        old.once('error', reject)
      }),
    ).rejects.toThrow()
    old.destroy()
  })
})

describe('behind a reverse proxy', () => {
  /** Where the proxy itself would connect to. */
  let declared: Browser
  let undeclared: Browser
  const servers: TestServer[] = []
  const visits = 'https://visits.example.org'
  const guess = { visitId: `vis_${'0'.repeat(26)}`, secret: 'A'.repeat(43) }

  async function behind(proxies: string): Promise<Browser> {
    const port = await freePort()
    servers.push(
      await startTestServer({
        environment: { CURTAIN_PORT: String(port), CURTAIN_PUBLIC_URL: visits, CURTAIN_TRUSTED_PROXIES: proxies },
        limits: { any: generous, guessable: { burst: 2, perMinute: 0.001 } },
      }),
    )
    return new Browser(`http://127.0.0.1:${port}`)
  }
  beforeAll(async () => {
    declared = await behind('127.0.0.1, 10.1.0.0/16')
    undeclared = await behind('10.1.0.0/16')
  })
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]()
  })

  const guessFrom = (through: Browser, from: string) =>
    through.refusal(through.request('POST', '/v1/links/exchange', guess, { origin: visits, 'x-forwarded-for': from }))
  const metricsFrom = async (through: Browser, from: string) =>
    (await through.request('GET', '/metrics', undefined, { 'x-forwarded-for': from })).status

  test('its word about who the client is counts: each has limits of its own, and none is this machine', async () => {
    expect(await guessFrom(declared, '203.0.113.9')).toBe('link-invalid')
    expect(await guessFrom(declared, '198.51.100.7, 203.0.113.9')).toBe('link-invalid')
    expect(await guessFrom(declared, '203.0.113.9')).toBe('rate-limited')
    // Two proxies of ours in a row; then what the client said of itself, which does not count.
    expect(await guessFrom(declared, '203.0.113.9, 10.1.2.3')).toBe('rate-limited')
    expect(await guessFrom(declared, '192.0.2.1, 203.0.113.9')).toBe('rate-limited')
    expect(await guessFrom(declared, '203.0.113.10')).toBe('link-invalid')

    expect(await metricsFrom(declared, '203.0.113.9')).toBe(404)
    expect(await metricsFrom(declared, '127.0.0.1, 203.0.113.9')).toBe(404)
  })

  test('the same word of somebody undeclared counts for nothing', async () => {
    expect(await guessFrom(undeclared, '203.0.113.9')).toBe('link-invalid')
    expect(await guessFrom(undeclared, '203.0.113.10')).toBe('link-invalid')
    expect(await guessFrom(undeclared, '203.0.113.11')).toBe('rate-limited')
    expect(await metricsFrom(undeclared, '203.0.113.9')).toBe(200)
  })

  test('pages are those of the public address, with its cookies', async () => {
    const { server } = servers[0]!
    expect(server.url).toBe(visits)
    const secret = new URL(server.setupUrl ?? '').hash.slice(1)
    expect(await declared.refusal(declared.post('/v1/setup', { secret, ...owner }))).toBe('origin-refused')
    const made = await declared.request('POST', '/v1/setup', { secret, ...owner }, { origin: visits })
    expect(made.headers.getSetCookie()[0]).toMatch(/^__Host-curtain-session=.*; Secure/)
    expect(made.headers.get('strict-transport-security')).toBe('max-age=31536000')
  })
})
