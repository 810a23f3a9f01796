import { PassThrough } from 'node:stream'
import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../server/src/config.ts'
import { createLog } from '../../server/src/log.ts'
import { type RunningServer, startServer } from '../../server/src/main.ts'
import { freePort } from '../support/curtain.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { Browser, signInOwner } from '../support/server.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// Mail that a whole Curtain sends, with a real mail server that is there, or is not.
const folder = temporaryFolder()
const log = new PassThrough()

let world: TestDatabase
let port: number
let server: RunningServer
let organizationId: OrganizationId

beforeAll(async () => {
  world = await createTestDatabase()
  port = await freePort()
  server = await start()
  organizationId = (await signInOwner({ server, url: server.url })).signedIn.organization.id
})
afterAll(async () => {
  await server?.close()
  await world?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

function start(): Promise<RunningServer> {
  const config = readConfig({}, {
    ...process.env,
    CURTAIN_DATA_DIR: folder.path,
    CURTAIN_PORT: '0',
    CURTAIN_MEDIA_WORKERS: '1',
    CURTAIN_SMTP_URL: `smtp://127.0.0.1:${port}`,
    CURTAIN_MAIL_FROM: 'Harbor Clinic <visits@harbor.example>',
  })
  return startServer(config, { databaseRoles: world.roles, log: createLog('info', log) })
}

const startMail = () => startMailServer({ port })
const inLine = async () => (await world.query('select id from mails')).length
const signIn = (browser: Browser) => browser.post('/v1/sign-in', { email: owner.email, password: owner.password })

/** Waits until everything that is due was sent, or tried. */
const looked = () => server.parts.mail.wake()

test('whoever signs in from a new device is told so in plain words, with what to do and without where they were', async () => {
  await using mailServer: MailServer = await startMail()
  const browser = new Browser(server.url)
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const body = { email: owner.email, password: owner.password }
  await browser.request('POST', '/v1/sign-in', body, { 'user-agent': firefox })
  const mail = await mailServer.next()
  expect(mail).toMatchObject({ from: 'visits@harbor.example', to: [owner.email] })
  expect(mail.subject).toBe('New sign-in to your Curtain account / Nuevo inicio de sesión en su cuenta de Curtain')
  for (const said of ['Browser: Firefox', 'System: Linux', 'If it was not you', 'Navegador: Firefox', `${server.url}/account`]) {
    expect(mail.text).toContain(said)
  }
  expect(mail.text).not.toContain('127.0.0.1')
  await looked()
  expect(await inLine()).toBe(0)

  // The same device again is no news.
  await browser.post('/v1/sign-out')
  await signIn(browser)
  await browser.post('/v1/sign-out')
  expect(await inLine()).toBe(0)
  expect(mailServer.received).toHaveLength(1)
})

test('mail that could not go waits over a restart', async () => {
  await signIn(new Browser(server.url))
  await looked()
  await server.close()
  expect(await inLine()).toBe(1)
  await using mailServer: MailServer = await startMail()
  await world.query('update mails set next_attempt_at = now()')
  server = await start()
  expect(await mailServer.next()).toMatchObject({ to: [owner.email] })
  await looked()
  expect(await inLine()).toBe(0)
})

test('other parts put mail in line with what causes it', async () => {
  const { database, keys, mail } = server.parts
  await using mailServer: MailServer = await startMail()
  const fields = await keys.sealer(organizationId)
  const message = { to: 'kim@harbor.example', subject: 'An alert', text: 'Please look.\n' }
  expect(mail.isSetUp).toBe(true)
  await database.inOrganization(organizationId, (tx) => mail.queue(tx, organizationId, fields, message))
  expect(await mailServer.next()).toMatchObject({ to: [message.to], subject: message.subject, text: message.text })
  await looked()
  expect(await inLine()).toBe(0)
})

test('the log knows that mail went wrong, and not whose it was', () => {
  const lines = String(log.read() ?? '')
  expect(lines).toContain('a message could not be sent yet')
  expect(lines).not.toMatch(/@|127\.0\.0\.1|Firefox|Please look/)
})
