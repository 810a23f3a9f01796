import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type MailServer, type MailServerOptions, startMailServer } from '../../../tests/support/mail-server.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import type { MailConfig } from '../config.ts'
import { createSmtpSender, MailRefusedError, type IdentifiedMail, type MailSender } from './smtp.ts'

const mail: IdentifiedMail = { id: 'eml_1', date: new Date(), to: 'dana@harbor.example', subject: 'Hello', text: 'Hello.' }
const folder = temporaryFolder()
interface Certificate {
  key: string
  cert: string
}
let known: Certificate
let unknown: Certificate
let server: MailServer
let sender: MailSender

async function makeCertificate(name: string): Promise<Certificate> {
  const [keyFile, certFile] = [join(folder.path, `${name}-key.pem`), join(folder.path, `${name}.pem`)]
  await promisify(execFile)('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile,
  ])
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
}

beforeAll(async () => {
  known = await makeCertificate('known')
  unknown = await makeCertificate('unknown')
  setDefaultCACertificates([...getCACertificates('default'), known.cert])
})
afterAll(() => folder[Symbol.dispose]())
afterEach(async () => {
  sender.close()
  await server[Symbol.asyncDispose]()
})

async function connect(options: MailServerOptions, config: Partial<MailConfig> = {}): Promise<void> {
  server = await startMailServer(options)
  const from = { name: '', address: 'visits@harbor.example' }
  sender = createSmtpSender({ host: '127.0.0.1', port: server.port, tls: 'required', credentials: null, from, ...config })
}

test('a mail server elsewhere gets messages over STARTTLS', async () => {
  await connect(known)
  await sender.send(mail)
  expect(await server.next()).toMatchObject({ secure: true, text: 'Hello.\n' })
})

test('one that does TLS from the first byte gets them over that', async () => {
  await connect({ ...known, secure: true }, { tls: 'from-start' })
  await sender.send(mail)
  expect(await server.next()).toMatchObject({ secure: true })
})

test.each([
  ['does no TLS', () => connect({})],
  ['shows a certificate that nobody vouches for', () => connect(unknown)],
  ['shows one that nobody vouches for from the first byte', () => connect({ ...unknown, secure: true }, { tls: 'from-start' })],
])('one that %s gets nothing, and is asked again later', async (_, start) => {
  await start()
  const failure: unknown = await sender.send(mail).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Error)
  expect(failure).not.toBeInstanceOf(MailRefusedError)
  expect(server.attempts).toBe(0)
})

test('it signs in where it has a password, and a wrong one is for the operator to put right, not the end of a message', async () => {
  const options: MailServerOptions = {
    ...known, authOptional: false,
    onAuth({ username, password }, _session, done) {
      if (username === 'curtain' && password === 'sesame & more') done(null, { user: username })
      else done(new Error('wrong'))
    },
  }
  await connect(options, { credentials: { user: 'curtain', pass: 'sesame & more' } })
  await sender.send(mail)
  expect(server.received).toHaveLength(1)
  await server[Symbol.asyncDispose]()
  await connect(options, { credentials: { user: 'curtain', pass: 'another' } })
  const failure: unknown = await sender.send(mail).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'EAUTH' })
})

test.each([
  [421, false],
  [450, false],
  [550, true],
  [554, true],
])('an answer of %i to a message is for good: %s', async (status, isForGood) => {
  await connect({}, { tls: 'none' })
  server.answerWith(status)
  const failure: unknown = await sender.send(mail).catch((error: unknown) => error)
  expect(failure instanceof MailRefusedError).toBe(isForGood)
})
