import type { Link, LinkQuestion } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Mail, OutgoingMail } from '../mail/mail.ts'
import { createOrganization } from '../organizations/service.ts'
import type { StaffActor } from '../users/schema.ts'
import { createVisitChanges } from './changes.ts'
import { isRightAnswer } from './link-check.ts'
import { createLinks, type Links } from './links.ts'
import { createVisits, type Visits } from './service.ts'
import { createTickets } from './tickets.ts'

const minuteMs = 60_000
const patient = { name: 'Ann Lee', birthDate: '1958-04-30', email: 'ann@home.example' }

let world: TestDatabase
let actor: StaffActor
let links: Links
let visits: Visits
let mails: OutgoingMail[]
let canMail: boolean
let now: number

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  const email = `${newId('user', new Date())}@harbor.example`
  const input = { organizationName: 'Harbor Clinic', name: 'Dana', email, password: null }
  const { organizationId, userId } = await createOrganization(world, input, new Date())
  const sessionId = newId('session', new Date())
  actor = { kind: 'staff', organizationId, userId, sessionId, roles: ['owner', 'clinician'] }
  mails = []
  canMail = true
  now = Date.now()
  start()
})

/** As a start of the server makes them: nothing in memory is left of before. */
function start(): void {
  const { database, keys } = world
  const mail: Mail = {
    get isSetUp() {
      return canMail
    },
    queue: (_tx, _organization, _fields, message) => Promise.resolve(void mails.push(message)),
  }
  const live = { present: () => new Set<never>(), close: () => {}, endSession: () => {} }
  const of = { database, keys, changes: createVisitChanges(), mail, publicUrl: () => 'https://clinic.example', now: () => new Date(now) }
  visits = createVisits({ ...of, live })
  links = createLinks({ ...of, live, tickets: createTickets() })
}

type Input = Parameters<Visits['create']>[1]

function plan(input: Partial<Input> = {}): ReturnType<Visits['create']> {
  const startsAt = new Date(now).toISOString()
  const usual = { patient, startsAt, durationMinutes: 30, kind: 'consultation', encryption: 'end-to-end', reason: '' } as const
  return visits.create(actor, { ...usual, ...input })
}

interface Shown {
  answer?: string
  anotherCode?: boolean
}

/** What opening a link comes to: a question, the code of a refusal, or `in`. */
async function open({ url }: Pick<Link, 'url'>, shown: Shown = {}): Promise<LinkQuestion['check'] | string> {
  const { pathname, hash } = new URL(url)
  now += 1 // events sort by the time they were made
  try {
    const exchanged = await links.exchange({ visitId: `vis_${pathname.slice('/v/vis_'.length)}`, secret: hash.slice(1), ...shown }, undefined)
    return 'asked' in exchanged ? exchanged.asked.check : 'in'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const lastCode = () => /is (\d{6})/.exec(mails.at(-1)?.text ?? '')?.[1] ?? ''
const otherThan = (code: string) => (code === '000000' ? '000001' : '000000')
const eventsOf = (type: string) =>
  world.query('select * from audit_events where type = $1 and organization_id = $2 order by id', [type, actor.organizationId])

test('an answer is right when it is the same, and never when nothing is known', () => {
  expect(isRightAnswer('1958-04-30', '1958-04-30')).toBe(true)
  expect(isRightAnswer('1958-04-30', '1958-05-30')).toBe(false)
  expect(isRightAnswer(null, '')).toBe(false)
})

test('a link without a check opens at once, and says nothing of one', async () => {
  const { visit, link } = await plan()
  expect(link).toMatchObject({ check: 'none', sent: false })
  expect(visit.participants[0]?.check).toBeNull()
  expect(await open(link, { answer: '1958-04-30' })).toBe('in')
})

test('a birth date is asked for until it is right, and each wrong answer is on record without itself', async () => {
  const { link } = await plan({ check: 'birth-date' })
  expect(await open(link)).toEqual({ kind: 'birth-date', triesLeft: 5, answer: null })
  expect(await open(link, { answer: '1958-04-29' })).toEqual({ kind: 'birth-date', triesLeft: 4, answer: 'wrong' })
  // An answer of the other kind is as wrong as any.
  expect(await open(link, { answer: '123456' })).toEqual({ kind: 'birth-date', triesLeft: 3, answer: 'wrong' })
  expect(await open(link, { answer: '1958-04-30' })).toBe('in')
  const failures = await eventsOf('link.check-failed')
  expect(failures).toMatchObject([
    { outcome: 'denied', facts: { linkId: link.id, check: 'birth-date', triesLeft: 4 } },
    { facts: { triesLeft: 3 } },
  ])
  expect(JSON.stringify(failures)).not.toContain('1958-04')
  expect(await eventsOf('link.exchanged')).toMatchObject([{ facts: { check: 'birth-date' } }])
})

test('what is asked says whose clinic it is, and nothing of the visit or the patient', async () => {
  const { visit, link } = await plan({ check: 'mailed-code' })
  const { hash } = new URL(link.url)
  const exchanged = await links.exchange({ visitId: visit.id, secret: hash.slice(1) }, undefined)
  const asked = { kind: 'mailed-code', triesLeft: 5, answer: null, codeSent: true, anotherInSeconds: 30 }
  expect(exchanged).toEqual({ asked: { organizationName: 'Harbor Clinic', check: asked } })
})

test('the fifth wrong answer locks the link for good, over restarts, and a new one helps', async () => {
  const { visit, link } = await plan({ check: 'birth-date' })
  for (let count = 0; count < 4; count++) await open(link, { answer: '2000-01-01' })
  start()
  expect(await open(link, { answer: '2000-01-01' })).toBe('link-locked')
  expect(await open(link, { answer: '1958-04-30' })).toBe('link-locked')
  expect(await open(link)).toBe('link-locked')
  expect(await eventsOf('link.check-failed')).toHaveLength(5)
  expect(await visits.read(actor, visit.id)).toMatchObject({ participants: [{ check: { kind: 'birth-date', state: 'locked' } }] })

  now += 1
  const again = await links.create(actor, visit.id, { participantId: link.participantId })
  expect(again.check).toBe('birth-date')
  expect(await open(again, { answer: '1958-04-30' })).toBe('in')
  expect(await visits.read(actor, visit.id)).toMatchObject({ participants: [{ check: { kind: 'birth-date', state: 'passed' } }] })
})

test('ten answers at once count five times', async () => {
  const { link } = await plan({ check: 'birth-date' })
  const answers = await Promise.all(Array.from({ length: 10 }, () => open(link, { answer: '2000-01-01' })))
  expect(answers.filter((one) => one === 'link-locked')).toHaveLength(6)
  expect(await eventsOf('link.check-failed')).toHaveLength(5)
  expect(await open(link, { answer: '1958-04-30' })).toBe('link-locked')
})

test('a code is mailed when the link is opened, and opens it; the mail names the clinic and nobody', async () => {
  const { link } = await plan({ check: 'mailed-code' })
  expect(mails).toEqual([])
  await open(link)
  expect(mails).toMatchObject([{ to: 'ann@home.example', subject: expect.not.stringMatching(/\d/) }])
  expect(mails[0]?.text).toContain(`Your code for your visit at Harbor Clinic is ${lastCode()}`)
  // A code may have any digits in it.
  expect(mails[0]?.text.replaceAll(lastCode(), '')).not.toMatch(/Ann|Lee|1958/)
  // Loading the page again sends no other one.
  await open(link)
  expect(mails).toHaveLength(1)
  expect(await open(link, { answer: otherThan(lastCode()) })).toMatchObject({ triesLeft: 4, answer: 'wrong' })
  expect(await open(link, { answer: lastCode() })).toBe('in')
})

test('a code holds ten minutes; one that is late costs no try, and brings another', async () => {
  const { link } = await plan({ check: 'mailed-code' })
  await open(link)
  const first = lastCode()
  now += 10 * minuteMs
  expect(await open(link, { answer: first })).toEqual({
    kind: 'mailed-code', triesLeft: 5, answer: 'late', codeSent: true, anotherInSeconds: 30,
  })
  expect(mails).toHaveLength(2)
  now += 10 * minuteMs - 2
  expect(await open(link, { answer: lastCode() })).toBe('in')
})

test('a new code takes the place of the one before', async () => {
  const { link } = await plan({ check: 'mailed-code' })
  const codes: string[] = []
  // Two of a million may be the same.
  while (new Set(codes).size < 2) {
    await open(link, { anotherCode: true })
    codes.push(lastCode())
    now += minuteMs
  }
  expect(await open(link, { answer: codes[0] ?? '' })).toMatchObject({ answer: 'wrong' })
  expect(await open(link, { answer: codes.at(-1) ?? '' })).toBe('in')
})

test('another code comes at most every 30 seconds and three times, over restarts', async () => {
  const { link } = await plan({ check: 'mailed-code' })
  await open(link)
  now += 29_000
  expect(await open(link, { anotherCode: true })).toMatchObject({ anotherInSeconds: 1 })
  expect(mails).toHaveLength(1)
  for (let count = 2; count <= 4; count++) {
    now += 30_000
    start()
    await open(link, { anotherCode: true })
    expect(mails).toHaveLength(count)
  }
  now += minuteMs
  expect(await open(link, { anotherCode: true })).toMatchObject({ codeSent: true, anotherInSeconds: null })
  expect(mails).toHaveLength(4)
  // The last one is too old as well: now only a person can help.
  now += 10 * minuteMs
  expect(await open(link, { answer: lastCode() })).toMatchObject({ triesLeft: 5, answer: 'late', codeSent: false })
  expect(mails).toHaveLength(4)
})

test('what is in the database of a code opens nothing else and shows nothing', async () => {
  const [one, other] = [await plan({ check: 'mailed-code' }), await plan({ check: 'mailed-code' })]
  await open(one.link)
  const code = lastCode()
  await open(other.link)
  const [row] = await world.query('select code, code_sent_at from visit_links where id = $1', [one.link.id])
  if (!Buffer.isBuffer(row?.['code'])) throw new Error('no code')
  expect(row['code'].includes(code)).toBe(false)
  await world.query('update visit_links set code = $2 where id = $1', [other.link.id, row['code']])
  await expect(open(other.link, { answer: code })).rejects.toThrow()
  await open(one.link, { answer: code })
  expect(await world.query('select code from visit_links where id = $1', [one.link.id])).toEqual([{ code: null }])
})

test('what cannot work is refused when the link is made, and leaves nothing', async () => {
  const countOf = async () => (await world.query('select id from visits where organization_id = $1', [actor.organizationId])).length
  const refused = (input: Partial<Input>) => expect(plan(input)).rejects
  const nobody = { name: 'Bo Marsh' }
  await refused({ patient: nobody, check: 'birth-date' }).toMatchObject({ code: 'birth-date-missing' })
  await refused({ patient: nobody, check: 'mailed-code' }).toMatchObject({ code: 'email-missing' })
  await refused({ patient: nobody, send: true }).toMatchObject({ code: 'email-missing' })
  canMail = false
  await refused({ check: 'mailed-code' }).toMatchObject({ code: 'mail-not-set-up' })
  await refused({ send: true }).toMatchObject({ code: 'mail-not-set-up' })
  expect(await countOf()).toBe(0)
  const { visit } = await plan({ check: 'birth-date' })
  const guest = links.create(actor, visit.id, { guest: { name: 'Sam Reed' }, check: 'mailed-code' })
  await expect(guest).rejects.toMatchObject({ code: 'email-missing' })
  expect((await visits.read(actor, visit.id)).participants).toHaveLength(1)
})

test('a guest with an address is asked for a code; a new link of theirs asks for the same', async () => {
  const { visit } = await plan()
  const link = await links.create(actor, visit.id, { guest: { name: 'Sam Reed', email: 'sam@home.example' } })
  expect(link.check).toBe('mailed-code')
  const { participantId } = link
  const again = await links.create(actor, visit.id, { participantId })
  expect(again.check).toBe('mailed-code')
  await open(again)
  expect(mails).toMatchObject([{ to: 'sam@home.example' }])
  expect(await open(again, { answer: lastCode() })).toBe('in')
  await expect(links.create(actor, visit.id, { participantId, check: 'birth-date' })).rejects.toMatchObject({ code: 'birth-date-missing' })
  const rows = await world.query('select email from participants where id = $1', [participantId])
  expect(JSON.stringify(rows)).not.toContain(Buffer.from('sam@home').toString('hex'))
})

test('the organization’s setting is for patients’ links where nobody chooses', async () => {
  await world.query(`update organizations set link_check = 'birth-date' where id = $1`, [actor.organizationId])
  const { visit, link } = await plan()
  expect(link.check).toBe('birth-date')
  expect((await plan({ check: 'none' })).link.check).toBe('none')
  expect((await links.create(actor, visit.id, { guest: { name: 'Sam Reed' } })).check).toBe('none')
  await expect(plan({ patient: { name: 'Bo Marsh' } })).rejects.toMatchObject({ code: 'birth-date-missing' })
})

test('a link is mailed where that is asked for, with nothing of the patient or the time', async () => {
  const { link } = await plan({ send: true, check: 'birth-date' })
  expect(link.sent).toBe(true)
  expect(mails).toMatchObject([{ to: 'ann@home.example', text: expect.stringContaining(link.url) }])
  expect(`${mails[0]?.subject} ${mails[0]?.text.replaceAll(link.url, '')}`).not.toMatch(/Ann|Lee|1958|\d/)
})

test('of an erased patient nothing can be answered right, and it is asked as before', async () => {
  const { visit, link } = await plan({ check: 'birth-date' })
  await world.keys.destroyPatient(actor.organizationId, visit.patient.id)
  expect(await open(link)).toEqual({ kind: 'birth-date', triesLeft: 5, answer: null })
  expect(await open(link, { answer: '1958-04-30' })).toMatchObject({ triesLeft: 4, answer: 'wrong' })
  const coded = await plan({ check: 'mailed-code' })
  await world.keys.destroyPatient(actor.organizationId, coded.visit.patient.id)
  expect(await open(coded.link)).toMatchObject({ codeSent: false })
  expect(mails).toEqual([])
})

test('a wrong answer whose event cannot be written is not told', async () => {
  const { link } = await plan({ check: 'birth-date' })
  await world.query(`alter table audit_events add constraint refused check (type <> 'link.check-failed') not valid`)
  try {
    await expect(open(link, { answer: '2000-01-01' })).rejects.toThrow(/refused/)
  } finally {
    await world.query('alter table audit_events drop constraint refused')
  }
  expect(await open(link)).toMatchObject({ triesLeft: 5 })
})
