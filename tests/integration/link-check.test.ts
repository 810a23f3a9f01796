import { type Link, linkQuestion, organizationSettingsRead, type VisitInput } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Clinic } from '../support/clinic.ts'
import { type Curtain, startCurtain } from '../support/curtain.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { Browser } from '../support/server.ts'
import { setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// What a link asks for, over HTTP, with real mail and over a real restart. Its rules by the clock: link-check.test.ts beside it.
const folder = temporaryFolder()
const patient = { name: 'Ann Lee', birthDate: '1958-04-30', email: 'ann@home.example' }
const right = { answer: patient.birthDate }
const wrong = { answer: '1985-04-30' }

let mailServer: MailServer
let curtain: Curtain
let clinic: Clinic

beforeAll(async () => {
  mailServer = await startMailServer()
  curtain = await startCurtain(folder.path, mailServer.environment)
  const staff = new Browser(curtain.url)
  const [, secret] = await curtain.line(/\/setup#([\w-]{43})/)
  await setUpRelaxed(staff, { secret, ...owner })
  clinic = new Clinic(curtain.url, staff)
})
afterAll(async () => {
  await curtain?.stop()
  await mailServer?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const makeVisit = (input: Partial<VisitInput> = {}) => clinic.makeVisit({ patient, ...input })
const codeIn = (text: string) => /is (\d{6})/.exec(text)?.[1] ?? ''

/** Opens a link in a browser: what it asks for, or the code of a refusal, or `in`. */
async function open(link: Pick<Link, 'url'>, shown: object = {}, browser = clinic.newBrowser()) {
  const response = await clinic.openLink(link, browser, shown)
  if (!response.ok) return browser.refusal(Promise.resolve(response))
  const question = linkQuestion.safeParse(await response.json())
  return question.success ? question.data.check : 'in'
}

test('nothing but the right birth date opens the link; then it is bound to that browser, which is asked no more', async () => {
  const { link } = await makeVisit({ check: 'birth-date' })
  const browser = clinic.newBrowser()
  expect(await open(link, {}, browser)).toEqual({ kind: 'birth-date', triesLeft: 5, answer: null })
  expect(await open(link, wrong, browser)).toMatchObject({ triesLeft: 4, answer: 'wrong' })
  expect(browser.cookies.size).toBe(0)
  expect(await open(link, right, browser)).toBe('in')
  expect(browser.cookies.size).toBe(1)
  expect(await open(link, {}, browser)).toBe('in')
  expect(await open(link, right)).toBe('link-used')
})

test('what cannot be an answer is refused without a try, and not repeated', async () => {
  const { link } = await makeVisit({ check: 'birth-date' })
  for (const answer of ['30.4.1958', '1958-02-30', '12345', '', 19580430]) {
    const response = await clinic.openLink(link, clinic.newBrowser(), { answer })
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ code: 'invalid-input', fields: ['answer'] })
    if (answer !== '') expect(body).not.toContain(String(answer))
  }
  expect(await open(link)).toMatchObject({ triesLeft: 5 })
})

test('tries are counted over browsers, at once and over a restart; staff see it, and help by a new link', async () => {
  const { visit, link } = await makeVisit({ check: 'birth-date' })
  expect(await Promise.all([open(link, wrong), open(link, wrong), open(link, wrong)])).toHaveLength(3)
  expect(await open(link)).toMatchObject({ triesLeft: 2 })
  await curtain.stop()
  await curtain.start()
  const answers = await Promise.all(Array.from({ length: 10 }, () => open(link, wrong)))
  expect(answers.filter((answer) => answer === 'link-locked')).toHaveLength(9)
  expect(await open(link, right)).toBe('link-locked')
  expect((await clinic.readVisit(visit.id)).participants).toMatchObject([{ check: { kind: 'birth-date', state: 'locked' } }])

  const again = await clinic.inviteAgain(visit.id, link.participantId)
  expect(await open(link, right)).toBe('link-expired')
  expect(await open(again)).toMatchObject({ kind: 'birth-date', triesLeft: 5 })
  expect(await open(again, right)).toBe('in')
})

test('a code comes by mail and opens the link it was mailed for, and no other', async () => {
  const [one, other] = [await makeVisit({ check: 'mailed-code' }), await makeVisit({ check: 'mailed-code' })]
  expect(await open(one.link)).toMatchObject({ kind: 'mailed-code', triesLeft: 5, codeSent: true })
  const mail = await mailServer.next()
  const code = codeIn(mail.text)
  expect(mail).toMatchObject({ to: [patient.email], subject: 'Harbor Clinic: your code · su código' })
  expect(mail.text).toContain(`Su código para su visita en Harbor Clinic es ${code}`)
  expect(mail.raw).not.toMatch(/Ann|Lee|1958/)

  await open(other.link)
  const otherCode = codeIn((await mailServer.next()).text)
  if (code !== otherCode) expect(await open(other.link, { answer: code })).toMatchObject({ triesLeft: 4, answer: 'wrong' })
  expect(await open(one.link, { answer: code })).toBe('in')
  expect(await open(other.link, { answer: otherCode })).toBe('in')
})

test('a link can be mailed, and asks for the birth date then', async () => {
  const { link } = await makeVisit({ check: 'birth-date', send: true })
  expect(link.sent).toBe(true)
  const mail = await mailServer.next()
  expect(mail.to).toEqual([patient.email])
  expect(mail.text).toContain(link.url)
  expect(await open(link, right)).toBe('in')
})

test('a host sees of who waits by what they were confirmed, also when they come by another link', async () => {
  const { visit, link } = await makeVisit()
  const host = await clinic.arrive(visit.id, clinic.staff)
  const first = await clinic.comeByLink(link)
  const added = await host.client.notified('waiting.added')
  expect(added.participant).toMatchObject({ id: first.id, confirmedBy: null })

  const again = await clinic.inviteAgain(visit.id, link.participantId, { check: 'birth-date' })
  const browser = clinic.newBrowser()
  expect(await open(again, right, browser)).toBe('in')
  await clinic.arrive(visit.id, browser)
  const confirmed = await host.client.notified('waiting.added', ({ participant }) => participant.confirmedBy !== null)
  expect(confirmed.participant).toMatchObject({ id: first.id, confirmedBy: 'birth-date' })
})

test('the organization’s setting is what links ask for where nobody chooses', async () => {
  const put = (linkCheck: string) =>
    clinic.staff.request('PUT', '/v1/organization/settings', { transportVisits: [], linkCheck })
  expect(organizationSettingsRead.parse(await (await put('birth-date')).json())).toMatchObject({ linkCheck: 'birth-date', canMail: true })
  expect((await makeVisit()).link.check).toBe('birth-date')
  expect(await clinic.staff.refusal(put('fingerprint'))).toBe('invalid-input')
  await put('none')
  expect((await makeVisit()).link.check).toBe('none')
})

test('nothing that was answered, mailed or asked for is in the log', () => {
  const said = curtain.output.join('\n')
  const secrets = [patient.birthDate, wrong.answer, patient.email, patient.name, ...mailServer.received.map(({ text }) => codeIn(text))]
  // Six digits may be part of a time or an id; as a word of their own they would be the code.
  expect(secrets.filter((secret) => secret !== '' && new RegExp(`(?<![\\w.-])${secret}(?![\\w.-])`).test(said))).toEqual([])
})
