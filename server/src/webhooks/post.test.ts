import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { isSignedWith, startWebhookReceiver, type WebhookReceiver } from '../../../tests/support/webhook-receiver.ts'
import type { HostAddress } from './addresses.ts'
import { isWebhookAddress, postWebhook, type WebhookMessage } from './post.ts'
import { newWebhookSecret } from './sign.ts'

const secret = newWebhookSecret()
const at = new Date('2026-03-01T12:00:00Z')
const loopback: HostAddress = { address: '127.0.0.1', family: 4 }
const folder = temporaryFolder()
let certificate: { key: string; cert: string }
let receiver: WebhookReceiver

beforeAll(async () => {
  const [keyFile, certFile] = [join(folder.path, 'key.pem'), join(folder.path, 'certificate.pem')]
  await promisify(execFile)('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=hooks.example', '-addext', 'subjectAltName=DNS:hooks.example', '-keyout', keyFile, '-out', certFile,
  ])
  certificate = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert])
})
afterAll(() => folder[Symbol.dispose]())
beforeEach(async () => {
  receiver = await startWebhookReceiver()
})
afterEach(() => receiver[Symbol.asyncDispose]())

const post = (given: Partial<WebhookMessage> = {}) =>
  postWebhook({ url: receiver.url, secrets: [secret], id: 'whd_1', body: '{"of":"Zoë"}', privateAddresses: 'allow', now: () => at, ...given })
const fails = (given: Partial<WebhookMessage>, code: string) => expect(post(given)).rejects.toMatchObject({ code })

test('a message arrives as it is, signed', async () => {
  await post()
  const message = await receiver.next()
  expect(message).toMatchObject({ id: 'whd_1', timestamp: at.getTime() / 1000, body: '{"of":"Zoë"}' })
  expect(isSignedWith(secret, message)).toBe(true)
  expect(isSignedWith(newWebhookSecret(), message)).toBe(false)
})

test('over TLS, to the name that it was sent to', async () => {
  await using secure = await startWebhookReceiver(certificate)
  const url = `https://hooks.example:${secure.port}/a?b=c`
  await post({ url, resolve: async () => [loopback] })
  expect(await secure.next()).toMatchObject({ host: `hooks.example:${secure.port}` })
  // The same machine by another name shows a certificate that is not its own.
  await fails({ url: `https://other.example:${secure.port}/`, resolve: async () => [loopback] }, 'tls')
  await fails({ url: receiver.url.replace('http:', 'https:') }, 'tls')
  expect(secure.received).toHaveLength(1)
})

describe('what only the internet may be sent to', () => {
  test.each([
    ['127.0.0.1'], ['localhost'], ['2130706433'], ['0x7f.1'], ['[::1]'], ['[::ffff:127.0.0.1]'], ['169.254.169.254'], ['[fd00:ec2::254]'], ['10.0.0.1'],
  ])('%s is not asked', async (host) => {
    await fails({ url: `https://${host}:${receiver.port}/`, privateAddresses: 'refuse' }, 'address-refused')
    expect(receiver.connections).toBe(0)
  })

  test('nor is a name that leads there, now or a moment later', async () => {
    let asked = 0
    const resolve = async (): Promise<HostAddress[]> => [asked++ === 0 ? loopback : { address: '1.1.1.1', family: 4 }]
    await fails({ url: `https://hooks.example:${receiver.port}/`, privateAddresses: 'refuse', resolve }, 'address-refused')
    expect({ asked, connections: receiver.connections }).toEqual({ asked: 1, connections: 0 })
  })

  test('nor is a name that leads there as well', async () => {
    const resolve = async (): Promise<HostAddress[]> => [{ address: '1.1.1.1', family: 4 }, loopback]
    await fails({ url: `https://hooks.example:${receiver.port}/`, privateAddresses: 'refuse', resolve }, 'address-refused')
    expect(receiver.connections).toBe(0)
  })

  test('nothing goes without TLS but on this machine, and only where that is allowed', async () => {
    await fails({ privateAddresses: 'refuse' }, 'address-invalid')
    await fails({ url: `http://hooks.example:${receiver.port}/`, resolve: async () => [loopback] }, 'address-invalid')
    await fails({ url: `http://localhost:${receiver.port}/`, resolve: async () => [{ address: '10.0.0.1', family: 4 }] }, 'address-refused')
    for (const url of ['', 'ftp://hooks.example', 'https://name:pass@hooks.example', 'file:///etc/passwd', 'hooks.example']) {
      expect(isWebhookAddress(url, 'allow'), url).toBe(false)
    }
  })
})

test('nobody is sent anywhere else', async () => {
  await using other = await startWebhookReceiver()
  receiver.answerWith((_request, response) => void response.writeHead(307, { location: other.url }).end())
  await expect(post()).rejects.toMatchObject({ code: 'redirected', status: 307 })
  expect(other.connections).toBe(0)
})

test.each([[400, 'refused'], [500, 'refused'], [429, 'refused'], [410, 'gone']])('%i is told as %s', async (status, code) => {
  receiver.answerWith(status)
  await expect(post()).rejects.toMatchObject({ code, status })
})

describe('a receiver that takes its time', () => {
  test('without an answer is not waited for', async () => {
    receiver.answerWith(() => {})
    await fails({ timeoutMs: 50 }, 'timed-out')
  })

  test('with an answer that does not end is not listened to', async () => {
    receiver.answerWith((_request, response) => void response.writeHead(200).write('a'))
    await post({ timeoutMs: 60_000 })
  })

  test('with a line of an answer at a time is cut off', async () => {
    receiver.answerWith((_request, response) => {
      const more = setInterval(() => response.writeProcessing(), 5)
      response.on('close', () => clearInterval(more))
    })
    await fails({ timeoutMs: 50 }, 'timed-out')
  })

  test('whose name is looked up for ever is given up', async () => {
    await fails({ timeoutMs: 50, resolve: () => new Promise(() => {}) }, 'timed-out')
  })
})

test('what is broken off is told apart', async () => {
  const caller = new AbortController()
  receiver.answerWith(() => caller.abort())
  await fails({ signal: caller.signal }, 'stopped')
  await fails({ signal: caller.signal }, 'stopped')
  expect(receiver.received).toHaveLength(1)
})

test('what closes, upgrades, or says no HTTP is out of reach', async () => {
  receiver.answerWith((request) => void request.socket.destroy())
  await fails({}, 'unreachable')
  receiver.answerWith((request) => void request.socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'))
  await fails({}, 'unreachable')
  receiver.answerWith((request) => void request.socket.end('hello\r\n\r\n'))
  await fails({}, 'unreachable')
  const unknown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
  await fails({ url: 'https://nothing.invalid/', resolve: () => Promise.reject(unknown) }, 'unreachable')
})

test('an error says neither where nor with what', async () => {
  receiver.answerWith(500)
  const error = await post().catch((caught: unknown) => caught)
  expect(String(error)).toBe('WebhookError: a webhook was not delivered: refused')
})
