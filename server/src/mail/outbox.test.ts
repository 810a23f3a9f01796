import { PassThrough } from 'node:stream'
import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import { freePort } from '../../../tests/support/curtain.ts'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { type MailServer, startMailServer } from '../../../tests/support/mail-server.ts'
import type { MailConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { createOrganization } from '../organizations/service.ts'
import type { OutgoingMail } from './mail.ts'
import { createMailOutbox, retryMs, type MailOutbox } from './outbox.ts'
import { createSmtpSender, type MailSender } from './smtp.ts'

const minuteMs = 60_000
const hello: OutgoingMail = { to: 'dana@harbor.example', subject: 'Grüße', text: 'A first line – “quoted”.\n\nAnd a last one.\n' }

let world: TestDatabase
let organizationId: OrganizationId
let server: MailServer
let now: number
let logged: PassThrough
let outbox: MailOutbox
/** What is to run later, and in how many milliseconds. */
let later: { ms: number; run: () => void }[]

beforeAll(async () => {
  world = await createTestDatabase()
  const input = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: null }
  organizationId = (await createOrganization(world, input, new Date())).organizationId
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  await world.query('delete from mails')
  server = await startMailServer()
  now = Date.now()
  outbox = open()
})
afterEach(async () => {
  await outbox.stop()
  await server[Symbol.asyncDispose]()
})

const config = (port: number): MailConfig => ({
  host: '127.0.0.1', port, tls: 'none', credentials: null, from: { name: 'Harbor Clinic', address: 'visits@harbor.example' },
})

function open(sender: MailSender = createSmtpSender(config(server.port))): MailOutbox {
  logged = new PassThrough()
  later = []
  return createMailOutbox({
    database: world.database,
    keys: world.keys,
    sender,
    log: createLog('warn', logged),
    now: () => new Date(now),
    after(ms, run) {
      const entry = { ms, run }
      later.push(entry)
      return () => (later = later.filter((other) => other !== entry))
    },
  })
}

async function queue(mail: OutgoingMail = hello): Promise<void> {
  const fields = await world.keys.sealer(organizationId)
  await world.database.inOrganization(organizationId, (tx) => outbox.queue(tx, organizationId, fields, mail))
}

const inLine = () => world.query('select attempts from mails')
const log = () => String(logged.read() ?? '')

test('a message arrives as it was written, once, and nothing of it is kept', async () => {
  await queue()
  await outbox.wake()
  const mail = await server.next()
  expect(mail).toMatchObject({ from: 'visits@harbor.example', to: ['dana@harbor.example'], subject: hello.subject, text: hello.text })
  expect(mail.raw).toMatch(/^From: "?Harbor Clinic"? <visits@harbor\.example>/m)
  expect(mail.raw).toMatch(/^Auto-Submitted: auto-generated/im)
  expect(mail.raw).toMatch(/^Message-ID: <eml_[0-9a-z]{26}@harbor\.example>/im)
  expect(await inLine()).toEqual([])
  await outbox.wake()
  expect(server.attempts).toBe(1)
})

test('a message of a transaction that is undone is never sent', async () => {
  const fields = await world.keys.sealer(organizationId)
  const undone = world.database.inOrganization(organizationId, async (tx) => {
    await outbox.queue(tx, organizationId, fields, hello)
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  await outbox.wake()
  expect(server.attempts).toBe(0)
})

test('what waits is sealed, whose it is and what it says', async () => {
  await queue()
  const [row] = await world.query('select m::text as row, encode(recipient, $1) as r from mails m', ['escape'])
  expect(JSON.stringify(row)).not.toMatch(/dana|harbor|first line/)
})

test('while the mail server is down messages wait, longer each time, and arrive when it is back', async () => {
  await server[Symbol.asyncDispose]()
  // One that nobody else is given in between.
  const port = await freePort()
  outbox = open(createSmtpSender(config(port)))
  await queue()
  await outbox.wake()
  for (const attempts of [1, 2, 3]) {
    expect(await inLine()).toEqual([{ attempts }])
    expect(later.map(({ ms }) => ms)).toEqual([Math.min(retryMs(attempts), 5 * minuteMs)])
    now += retryMs(attempts)
    if (attempts === 3) server = await startMailServer({ port })
    await outbox.wake()
  }
  expect(await server.next()).toMatchObject({ text: hello.text })
  expect(await inLine()).toEqual([])
  expect(log()).toMatch(/could not be sent yet/)
})

test('the time between attempts grows to an hour and no further', () => {
  expect([1, 2, 3, 7, 8, 20].map((attempts) => retryMs(attempts) / minuteMs)).toEqual([0.5, 1, 2, 32, 60, 60])
})

test('a server that says later is asked later; one that says never is not asked again', async () => {
  server.answerWith(451)
  await queue()
  await outbox.wake()
  expect(await inLine()).toEqual([{ attempts: 1 }])
  server.answerWith(554)
  now += retryMs(1)
  await outbox.wake()
  expect(server.attempts).toBe(2)
  expect(await inLine()).toEqual([])
  expect(log()).toMatch(/"reason":"refused".*given up/)
})

test('after a day a message is given up, with a line in the log that names nobody', async () => {
  server.answerWith(451)
  await queue()
  await outbox.wake()
  now += 24 * 60 * minuteMs
  await outbox.wake()
  expect(await inLine()).toEqual([])
  const lines = log()
  expect(lines).toMatch(/"reason":"expired".*given up/)
  expect(lines).not.toMatch(/dana|harbor|127\.0\.0\.1/)
})

test('one message that is refused does not hold up the others', async () => {
  await server[Symbol.asyncDispose]()
  server = await startMailServer({
    onRcptTo({ address }, _session, done) {
      done(address.startsWith('nobody') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null)
    },
  })
  outbox = open()
  await queue({ ...hello, to: 'nobody@harbor.example' })
  await queue()
  await outbox.wake()
  expect(await server.next()).toMatchObject({ to: ['dana@harbor.example'] })
  expect(await inLine()).toEqual([])
})

test('an address that looks like a list of them is one, and headers cannot be smuggled in', async () => {
  await queue({ ...hello, to: 'eve@x.example, dana@harbor.example', subject: 'Hello\r\nBcc: eve@x.example' })
  await outbox.wake()
  expect(server.received.flatMap(({ to }) => to)).not.toContain('eve@x.example')
  expect(server.received.every(({ raw }) => !/^bcc:/im.test(raw))).toBe(true)
})

describe('when the server stops', () => {
  /** Takes a message and answers only when told to. */
  function slowSender() {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    let sent = 0
    const sender: MailSender = {
      async send() {
        asked.resolve()
        await answer.promise
        sent++
      },
      close: () => answer.reject(new Error('cut')),
    }
    return { sender, asked: asked.promise, answer, sent: () => sent }
  }

  test('the message under way is finished', async () => {
    const { sender, asked, answer, sent } = slowSender()
    outbox = open(sender)
    await queue()
    const waking = outbox.wake()
    await asked
    const stopped = outbox.stop()
    answer.resolve()
    await Promise.all([waking, stopped])
    expect(sent()).toBe(1)
    expect(await inLine()).toEqual([])
  })

  test('one that does not end is cut off, and sent by the next start', async () => {
    const { sender, asked } = slowSender()
    outbox = open(sender)
    await queue()
    const waking = outbox.wake()
    await asked
    const stopped = outbox.stop()
    for (const { run } of later) run()
    await Promise.all([waking, stopped])
    expect(await inLine()).toEqual([{ attempts: 1 }])
    now += retryMs(1)
    outbox = open()
    await outbox.wake()
    expect(await server.next()).toMatchObject({ text: hello.text })
  })

  test('one that a crash broke off is sent again, when nobody can be at it any more', async () => {
    const { sender, asked, answer } = slowSender()
    const crashed = open(sender)
    outbox = crashed
    await queue()
    const waking = crashed.wake()
    await asked
    outbox = open()
    await outbox.wake()
    expect(server.attempts).toBe(0)
    now += 10 * minuteMs
    await outbox.wake()
    expect(server.attempts).toBe(1)
    answer.reject(new Error('cut'))
    await waking
  })
})

test('two servers on one database send each message once', async () => {
  const other = open()
  outbox = open()
  for (let i = 0; i < 10; i++) await queue({ ...hello, subject: `number ${i}` })
  await Promise.all([outbox.wake(), other.wake()])
  expect(server.received.map(({ subject }) => subject).toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `number ${i}`))
  await other.stop()
})

test('without a mail server nothing is kept', async () => {
  outbox = createMailOutbox({ database: world.database, keys: world.keys, sender: null, log: createLog('silent') })
  expect(outbox.isSetUp).toBe(false)
  await queue()
  expect(await inLine()).toEqual([])
})
