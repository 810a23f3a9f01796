import { type AlertRuleId, type AlertRuleInput, alertRuleInput, type AuditEventType, type OrganizationId, type Role, type UserId } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { isSignedWith, type ReceivedWebhook, startWebhookReceiver, type WebhookReceiver } from '../../../tests/support/webhook-receiver.ts'
import { createLogFollower } from '../audit/follow.ts'
import { record } from '../audit/record.ts'
import { createSequencer } from '../audit/sequencer.ts'
import { newId } from '../database/new-id.ts'
import { createLog } from '../log.ts'
import type { OutgoingMail } from '../mail/mail.ts'
import { createOrganization } from '../organizations/service.ts'
import type { SignedInActor } from '../users/schema.ts'
import { insertUser } from '../users/store.ts'
import { type AlertDeliveriesOptions, createAlertDeliveries } from './deliveries.ts'
import { type Alerts, createAlerts } from './service.ts'
import { createAlertWatch } from './watch.ts'

/** What is posted. */
const posted = z.object({
  type: z.string(),
  data: z.looseObject({ rule: z.object({ id: z.string(), name: z.string() }), link: z.string(), event: z.looseObject({ id: z.string() }).nullable() }),
})
const read = ({ body }: ReceivedWebhook) => posted.parse(JSON.parse(body))

const minuteMs = 60_000
const [patientX, patientY] = [`pat_${'0'.repeat(25)}x`, `pat_${'0'.repeat(25)}y`]
const publicUrl = () => 'https://visits.harbor.example'
const log = createLog('silent')

let world: TestDatabase
let receiver: WebhookReceiver
let organizationId: OrganizationId
let officer: SignedInActor
let now: number
let alerts: Alerts
let mails: OutgoingMail[]
let made = 0

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  // What other organizations still have to send would be sent as well.
  await world.query('delete from alert_deliveries')
  await world.query('update alert_rules set quiet_until = null')
  receiver = await startWebhookReceiver()
  made++
  mails = []
  now = Date.parse('2026-03-01T12:00:00.000Z')
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana${made}@harbor.example`, password: null }
  organizationId = (await createOrganization(world, input, new Date(now))).organizationId
  officer = await addUser('security-officer')
  alerts = createAlerts({ ...world, mail, publicUrl, privateAddresses: 'allow', now: time })
  return () => receiver[Symbol.asyncDispose]()
})

const time = () => new Date(now)
const mail = {
  isSetUp: true,
  async queue(_tx: unknown, _organizationId: unknown, _fields: unknown, message: OutgoingMail) {
    mails.push(message)
  },
}
const watch = () => createAlertWatch({ ...world, mail, publicUrl, log, now: time })

async function addUser(role: Role): Promise<SignedInActor> {
  const id: UserId = newId('user', time())
  const user = { id, organizationId, name: `Sky ${role}`, email: `${id}@harbor.example`, passwordHash: null, roles: [role], now: time() }
  await world.database.inOrganization(organizationId, (tx) => insertUser(tx, user))
  return { kind: 'staff', organizationId, userId: id, roles: [role], sessionId: `ses_${id.slice(4)}` }
}

const rule = (input: Partial<AlertRuleInput> = {}) =>
  alertRuleInput.parse({
    name: 'Glass', topics: ['break-glass'], types: [], mailOfficers: false, mailAddresses: [], webhookUrl: receiver.url, ...input,
  })

/** Puts events into the log and lets the rules see them. */
async function happens(...events: { type?: AuditEventType; userId?: UserId; target?: string }[]): Promise<void> {
  await world.database.inOrganization(organizationId, async (tx) => {
    for (const event of events) await record(tx, { type: 'patient.glass-broken', organizationId, ...event }, time())
  })
  await createSequencer({ ...world, now: time }).pass(organizationId)
  const follower = createLogFollower({ ...world, name: 'alerts', take: watch().take, log })
  await follower.wake(organizationId)
  await follower.stop()
}

/** What sends, from a start of the server to its stop. */
async function deliver(options: Partial<AlertDeliveriesOptions> = {}): Promise<void> {
  const sending = createAlertDeliveries({
    ...world, watch: watch(), mail, publicUrl, privateAddresses: 'allow', log, now: time, after: () => () => {}, ...options,
  })
  await sending.wake()
  await sending.stop()
}

const list = () => alerts.list(officer)
const recorded = async (type: AuditEventType) =>
  (await world.query('select facts from audit_events where organization_id = $1 and type = $2 order by id', [organizationId, type])).map(({ facts }) => facts)

test('what a rule is about is told by webhook, signed, and by mail, with ids and no more', async () => {
  const { rule: kept, webhookSecret } = await alerts.create(officer, rule({ mailOfficers: true, mailAddresses: ['soc@harbor.example'] }))
  now += 1000
  await happens({ userId: officer.userId, target: patientX }, { type: 'visit.read' })
  await deliver()
  const message = await receiver.next()
  expect(isSignedWith(webhookSecret ?? '', message)).toBe(true)
  const body = read(message)
  expect(body).toMatchObject({
    type: 'alert.raised',
    data: { rule: { id: kept.id, name: 'Glass' }, count: 1, isRepeated: false, event: { type: 'patient.glass-broken', userId: officer.userId, target: patientX } },
  })
  const link = new URL(body.data.link)
  expect(link.origin + link.pathname).toBe('https://visits.harbor.example/log')
  expect([...link.searchParams]).toEqual([
    ['kind', 'patient.glass-broken'], ['since', new Date(now).toISOString()], ['until', new Date(now + 1000).toISOString()],
  ])
  expect(receiver.received).toHaveLength(1)
  expect(mails.map(({ to }) => to)).toEqual([`${officer.userId}@harbor.example`, 'soc@harbor.example'])
  expect(mails[0]?.subject).toBe('Alert / Aviso: Glass')
  for (const said of [
    'Broke the glass to see a patient who is not theirs.', `Who:     Sky security-officer (${officer.userId})`, `In the log: ${link}`,
    'Abrió un acceso de emergencia a un paciente que no es suyo.', `Quién:   Sky security-officer (${officer.userId})`, `En el registro: ${link}`,
  ]) {
    expect(mails[0]?.text).toContain(said)
  }
  const sent = (await list()).deliveries.toSorted((a, b) => (a.by < b.by ? -1 : 1))
  expect(sent).toMatchObject([{ by: 'mail', state: 'delivered' }, { by: 'webhook', state: 'delivered' }])
  expect(await recorded('alert.sent')).toEqual(
    expect.arrayContaining([{ alertRuleId: kept.id, by: 'mail' }, { alertRuleId: kept.id, by: 'webhook' }]),
  )
})

test('a storm is one message, and then how many more there were, ever more rarely', async () => {
  await alerts.create(officer, rule())
  await happens({})
  for (let i = 0; i < 5; i++) await happens(...Array.from({ length: 20 }, () => ({})))
  await deliver()
  expect(receiver.received).toHaveLength(1)
  expect((await list()).rules[0]?.quiet).toEqual({ until: new Date(now + 10 * minuteMs).toISOString(), more: 100 })

  now += 10 * minuteMs
  await deliver()
  await receiver.next()
  expect(read(await receiver.next())).toMatchObject({ data: { isRepeated: true, count: 100, event: null } })
  now += 19 * minuteMs
  await happens({})
  await deliver()
  expect(receiver.received).toHaveLength(2)
  now += minuteMs
  await deliver()
  expect(read(await receiver.next())).toMatchObject({ data: { count: 1 } })
  now += 40 * minuteMs
  await deliver()
  expect((await list()).rules[0]?.quiet).toBeNull()
  expect(receiver.received).toHaveLength(3)
})

test('many by one person are counted over batches, apart from those of others', async () => {
  const other = await addUser('clinician')
  await alerts.create(officer, rule({ topics: ['denials'], count: 3, countBy: 'person' }))
  const tries = (userId: UserId) => ({ type: 'access.denied' as const, userId })
  await happens(tries(officer.userId), tries(other.userId), tries(officer.userId), tries(other.userId))
  expect((await list()).deliveries).toEqual([])
  now += 11 * minuteMs
  await happens(tries(officer.userId))
  expect((await list()).deliveries).toEqual([])
  // Those of whom nothing counts any more are forgotten.
  expect(await world.query('select person from alert_counts where organization_id = $1', [organizationId])).toEqual([{ person: officer.userId }])
  await happens(tries(officer.userId), tries(officer.userId))
  expect((await list()).deliveries).toMatchObject([{ count: 3 }])
})

test('what was before a rule, what it is not about, and what happens while it is off is not told', async () => {
  await happens({})
  now += 1000
  const { rule: kept } = await alerts.create(officer, rule({ target: patientX }))
  await happens({ target: patientY })
  await alerts.change(officer, kept.id, rule({ target: patientX, isOn: false }))
  await happens({ target: patientX })
  now += 1000
  await alerts.change(officer, kept.id, rule({ target: patientX }))
  await happens()
  expect((await list()).deliveries).toEqual([])
})

test('a receiver that is away gets it when it is back, over starts of the server, under the same id', async () => {
  await alerts.create(officer, rule())
  await happens({})
  receiver.answerWith(503)
  await deliver()
  expect((await list()).deliveries).toMatchObject([{ state: 'waiting', attempts: 1, problem: 'refused', status: 503 }])
  await deliver()
  expect(receiver.received).toHaveLength(1)
  now += 30_000
  receiver.answerWith(204)
  await deliver()
  const [first, second] = [await receiver.next(), await receiver.next()]
  expect(second.id).toBe(first.id)
  expect(second.timestamp - first.timestamp).toBe(30)
  expect((await list()).deliveries).toMatchObject([{ state: 'delivered', attempts: 2, problem: null }])
})

test('after a day it is given up, which is on record and mailed; it can be sent again', async () => {
  const { rule: kept } = await alerts.create(officer, rule())
  await happens({})
  receiver.answerWith(500)
  for (let hours = 0; hours <= 24; hours++, now += 60 * minuteMs) await deliver()
  const [dead] = (await list()).deliveries
  expect(dead).toMatchObject({ state: 'failed', problem: 'refused', status: 500 })
  expect(await recorded('alert.failed')).toEqual([{ alertRuleId: kept.id, by: 'webhook', reason: 'refused' }])
  expect(mails).toMatchObject([{ to: `${officer.userId}@harbor.example`, subject: 'An alert could not be delivered / No se pudo entregar un aviso' }])
  receiver.answerWith(200)
  const id = dead?.id ?? 'ald_'
  expect(await alerts.sendAgain(officer, id)).toMatchObject({ state: 'waiting', attempts: 0 })
  await deliver()
  expect((await list()).deliveries).toMatchObject([{ id, state: 'delivered' }])
  expect(await alerts.sendAgain(officer, id)).toMatchObject({ state: 'delivered' })
})

test('what no other attempt would change is given up at once', async () => {
  await alerts.create(officer, rule())
  await happens({})
  await deliver({ privateAddresses: 'refuse' })
  expect(receiver.connections).toBe(0)
  expect((await list()).deliveries).toMatchObject([{ state: 'failed', attempts: 1, problem: 'address-invalid' }])
})

test('a server that stops breaks off what is slow, and it is sent by the next one', async () => {
  await alerts.create(officer, rule())
  await happens({})
  const asked = Promise.withResolvers<void>()
  receiver.answerWith(() => asked.resolve())
  const sending = createAlertDeliveries({ ...world, watch: watch(), mail, publicUrl, privateAddresses: 'allow', log, now: time, after: () => () => {} })
  const sent = sending.wake()
  await asked.promise
  await Promise.all([sending.stop(), sent])
  receiver.answerWith(204)
  await deliver()
  expect((await list()).deliveries).toMatchObject([{ state: 'delivered', attempts: 2 }])
})

test('two servers on one database send each message once', async () => {
  for (let i = 0; i < 6; i++) await alerts.create(officer, rule({ name: `number ${i}` }))
  await happens({})
  await Promise.all([deliver(), deliver()])
  const names = new Set(receiver.received.map((message) => read(message).data.rule.name))
  expect(names.size).toBe(6)
  expect(receiver.received).toHaveLength(6)
})

test('an organization whose receiver is slow holds up no other', async () => {
  await using slow = await startWebhookReceiver()
  const asked = Promise.withResolvers<void>()
  slow.answerWith(() => asked.resolve())
  await alerts.create(officer, rule({ webhookUrl: slow.url }))
  await happens({})
  organizationId = (await createOrganization(world, { organizationName: 'Elsewhere', name: 'Eve', email: `eve${made}@x.example`, password: null }, time())).organizationId
  const eve = await addUser('security-officer')
  await alerts.create(eve, rule())
  await happens({})
  const sending = createAlertDeliveries({ ...world, watch: watch(), mail, publicUrl, privateAddresses: 'allow', log, now: time, after: () => () => {} })
  void sending.wake()
  await Promise.all([asked.promise, receiver.next()])
  await sending.stop()
  expect(slow.received).toHaveLength(1)
})

test('addresses and secrets are sealed, told once, and gone with the rule', async () => {
  const { rule: kept, webhookSecret } = await alerts.create(officer, rule({ mailAddresses: ['soc@harbor.example'] }))
  const stored = async () => JSON.stringify(await world.query(`select r::text, encode(webhook_url, 'escape') as u, encode(webhook_secret, 'escape') as s,
    encode(old_webhook_secret, 'escape') as o, encode(mail_addresses, 'escape') as m from alert_rules r where id = $1`, [kept.id]))
  expect(await stored()).not.toMatch(/127\.0\.0\.1|whsec|soc@/)
  const again = await alerts.change(officer, kept.id, rule({ name: 'Another' }))
  expect(again).toMatchObject({ webhookSecret: null, rule: { name: 'Another', webhookUrl: receiver.url, mailAddresses: [] } })
  now += 1000
  const renewed = await alerts.newSecret(officer, kept.id)
  expect(renewed.webhookSecret).not.toBe(webhookSecret)
  expect(JSON.stringify(await list())).not.toContain('whsec')
  expect(await stored()).not.toContain('whsec')
  await happens({})
  await alerts.remove(officer, kept.id)
  expect(await list()).toMatchObject({ rules: [], deliveries: [{ state: 'failed', problem: 'rule-changed' }] })
  expect(await world.query('select webhook_url, webhook_secret, old_webhook_secret, mail_addresses from alert_rules where id = $1', [kept.id])).toEqual([
    { webhook_url: null, webhook_secret: null, old_webhook_secret: null, mail_addresses: null },
  ])
  await deliver()
  expect(receiver.connections).toBe(0)
  expect(await recorded('alert.rule-changed')).toEqual([
    { alertRuleId: kept.id, fields: ['name', 'mailAddresses'] },
    { alertRuleId: kept.id, fields: ['webhookSecret'] },
  ])
})

describe('beside a new secret the old one', () => {
  let id: AlertRuleId
  let secrets: string[]

  beforeEach(async () => {
    const made = await alerts.create(officer, rule())
    id = made.rule.id
    const renewed = await alerts.newSecret(officer, id)
    expect(renewed.rule.oldSecretUntil).toBe(new Date(now + 24 * 60 * minuteMs).toISOString())
    secrets = [made.webhookSecret ?? '', renewed.webhookSecret ?? '']
  })

  /** Which of the secrets a message that is sent now is signed with, in the order in which they were made. */
  async function signing(): Promise<boolean[]> {
    await alerts.test(officer, id)
    await deliver()
    const message = await receiver.next()
    const signed = secrets.filter((secret) => isSignedWith(secret, message))
    expect(message.signature.split(' ')).toHaveLength(signed.length)
    const [newest = ''] = message.signature.split(' ')
    expect(isSignedWith(secrets.at(-1) ?? '', { ...message, signature: newest })).toBe(true)
    return secrets.map((secret) => signed.includes(secret))
  }
  const kept = () => world.query('select old_webhook_secret, old_secret_until from alert_rules where id = $1', [id])
  const nothing = [{ old_webhook_secret: null, old_secret_until: null }]

  test('signs for a day, and is deleted then though nothing is sent', async () => {
    now += 24 * 60 * minuteMs - 1000
    expect(await signing()).toEqual([true, true])
    now += 1000
    expect((await list()).rules).toMatchObject([{ oldSecretUntil: null }])
    await deliver()
    expect(await kept()).toEqual(nothing)
    expect(await signing()).toEqual([false, true])
  })

  test('is forgotten by the next one, or at once where somebody asks for that, which is on record', async () => {
    now += 1000
    secrets.push((await alerts.newSecret(officer, id)).webhookSecret ?? '')
    expect(await signing()).toEqual([false, true, true])
    now += 1000
    await alerts.forgetOldSecret(officer, id)
    await alerts.forgetOldSecret(officer, id)
    expect(await kept()).toEqual(nothing)
    expect(await signing()).toEqual([false, false, true])
    const of = (name: string) => ({ alertRuleId: id, fields: [name] })
    expect(await recorded('alert.rule-changed')).toEqual([of('webhookSecret'), of('webhookSecret'), of('oldWebhookSecret')])
  })

  test('is forgotten with the webhook', async () => {
    await alerts.change(officer, id, rule({ webhookUrl: null, mailOfficers: true }))
    expect(await kept()).toEqual(nothing)
  })
})

test('a test says that it is one, and cannot be asked for without end', async () => {
  const { rule: kept } = await alerts.create(officer, rule({ mailOfficers: true, isOn: false }))
  await alerts.test(officer, kept.id)
  await deliver()
  expect(read(await receiver.next())).toMatchObject({ type: 'alert.test', data: { event: null } })
  expect(mails).toMatchObject([{ subject: 'Test / Prueba: Glass' }])
  await expect((async () => {
    for (let i = 0; i < 10; i++) await alerts.test(officer, kept.id)
  })()).rejects.toMatchObject({ code: 'rate-limited' })
})

test('rules are checked: about something, to somebody, at an address that may be one, and not without end', async () => {
  const isRight = (input: Partial<AlertRuleInput>) => alertRuleInput.safeParse({ ...rule(), ...input }).success
  expect(isRight({})).toBe(true)
  for (const wrong of [{ topics: [] }, { webhookUrl: null }, { types: ['alert.sent' as const] }, { types: ['alert.failed' as const] }, { count: 0 }]) {
    expect(isRight(wrong), JSON.stringify(wrong)).toBe(false)
  }
  const strict = createAlerts({ ...world, mail, publicUrl, privateAddresses: 'refuse', now: time })
  await expect(strict.create(officer, rule())).rejects.toMatchObject({ code: 'invalid-input', fields: ['webhookUrl'] })
  for (let i = 0; i < 50; i++) await alerts.create(officer, rule())
  await expect(alerts.create(officer, rule())).rejects.toMatchObject({ code: 'alert-rules-full' })
})

test('without a mail server a mail counts as not sent', async () => {
  const silent = { ...mail, isSetUp: false }
  const muted = createAlerts({ ...world, mail: silent, publicUrl, privateAddresses: 'allow', now: time })
  const { rule: kept } = await muted.create(officer, rule({ mailOfficers: true, webhookUrl: null }))
  await muted.test(officer, kept.id)
  expect(await muted.list(officer)).toMatchObject({ sendsMail: false, deliveries: [{ by: 'mail', state: 'failed', problem: 'mail-not-set-up' }] })
})

test('who watches does not look away alone: the other officers and the owners are told when a rule is changed or removed', async () => {
  const other = await addUser('security-officer')
  await addUser('auditor')
  const { rule: kept } = await alerts.create(officer, rule())
  expect(mails).toEqual([])
  await alerts.change(officer, kept.id, rule({ webhookUrl: null, mailOfficers: true }))
  await alerts.remove(officer, kept.id)
  const told = [`dana${made}@harbor.example`, `${other.userId}@harbor.example`].toSorted()
  expect(mails.slice(0, 2).map(({ to }) => to).toSorted()).toEqual(told)
  expect(mails.slice(2).map(({ to }) => to).toSorted()).toEqual(told)
  expect(mails[0]?.text).toContain('Sky security-officer changed who is alerted of what')
  expect(mails[0]?.text).toContain('Sky security-officer cambió a quién se avisa de qué')
  expect(mails[2]?.text).toContain(`${publicUrl()}/log?person=${officer.userId}`)
})
