import {
  admissionTicket,
  brokenGlass,
  brokenGlassList,
  glassBroken,
  type OrganizationId,
  openGlassList,
  patient as patientSchema,
  patientDetails,
  type PatientId,
  patientList,
  patientsFound,
  type Role,
  team as teamSchema,
  type TeamId,
  teamList,
  teamsOfPatient,
  visit as visitSchema,
  visitCreated,
  visitList,
} from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { createOrganization } from '../../server/src/organizations/service.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { addStaff, type Colleague } from '../support/staff-and-subjects.ts'
import { type Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// Through what clinicians see patients who are not their own, over HTTP: teams, and broken glass.
let mailServer: MailServer
let curtain: TestServer
let organizationId: OrganizationId
let owner: Browser
let ownerId: string
let doctor: Colleague
let scheduler: Colleague

beforeAll(async () => {
  const plenty = { burst: 100_000, perMinute: 100_000 }
  mailServer = await startMailServer()
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty }, environment: mailServer.environment })
  const { browser, signedIn } = await signInOwner(curtain)
  owner = browser
  ownerId = signedIn.user.id
  organizationId = signedIn.organization.id
  doctor = await staff('clinician')
  scheduler = await staff('scheduler')
})
afterAll(async () => {
  await curtain?.[Symbol.asyncDispose]()
  await mailServer?.[Symbol.asyncDispose]()
})

const staff = (...roles: Role[]) => addStaff(curtain, organizationId, roles)
const events = (type: string, target: string) =>
  curtain.world.query('select user_id, facts from audit_events where type = $1 and target = $2 order by id', [type, target])

async function read<Schema extends z.ZodType>(schema: Schema, answer: Promise<Response>): Promise<z.output<Schema>> {
  const response = await answer
  const body: unknown = await response.json()
  if (!response.ok) throw new Error(JSON.stringify(body))
  return schema.parse(body)
}
const refusal = ({ browser }: { browser: Browser }, method: string, path: string, body?: object) =>
  browser.refusal(browser.request(method, path, body))

let made = 0
/** A patient of the doctor's, with a visit. */
async function makePatient() {
  const known = { name: 'Ann Lee', birthDate: '1958-04-30', recordNumber: `R-${++made}` }
  const ann = await read(patientSchema, doctor.browser.post('/v1/patients', known))
  const body = { patient: { id: ann.id }, startsAt: new Date().toISOString(), reason: 'cough' }
  const { visit } = await read(visitCreated, doctor.browser.post('/v1/visits', body))
  return { ann, visit }
}
async function makeTeam(...members: { id: string }[]): Promise<TeamId> {
  const { id } = await read(teamSchema, owner.post('/v1/teams', { name: `Team ${++made}` }))
  for (const member of members) await read(teamSchema, owner.request('PUT', `/v1/teams/${id}/members/${member.id}`))
  return id
}

describe('a team', () => {
  const hand = (by: Colleague, id: PatientId, to: TeamId) =>
    read(teamsOfPatient, by.browser.request('PUT', `/v1/patients/${id}/teams/${to}`))

  test('sees the patients who are handed to it, and their visits with the reasons, until they are taken back', async () => {
    const [{ ann, visit }, colleague] = [await makePatient(), await staff('clinician')]
    const teamId = await makeTeam(doctor, colleague)
    expect(await refusal(colleague, 'GET', `/v1/patients/${ann.id}`)).toBe('not-found')
    expect((await hand(doctor, ann.id, teamId)).teams.map(({ id }) => id)).toEqual([teamId])

    const seen = await read(patientDetails, colleague.browser.request('GET', `/v1/patients/${ann.id}`))
    expect(seen).toMatchObject({ name: 'Ann Lee', access: 'team', accessUntil: null })
    expect(await events('patient.read', ann.id)).toEqual([{ user_id: colleague.id, facts: { access: 'team' } }])
    const listed = await read(patientList, colleague.browser.request('GET', '/v1/patients'))
    expect(listed.patients.map(({ id }) => id)).toEqual([ann.id])
    const found = await read(patientsFound, colleague.browser.post('/v1/patients/search', { recordNumber: ann.recordNumber }))
    expect(found.patients.map(({ id }) => id)).toEqual([ann.id])
    const inTeam = await read(patientsFound, colleague.browser.post('/v1/patients/search', { teamId }))
    expect(inTeam.patients.map(({ id }) => id)).toEqual([ann.id])
    const elsewhere = await makeTeam(colleague)
    expect((await read(patientsFound, colleague.browser.post('/v1/patients/search', { teamId: elsewhere }))).patients).toEqual([])
    const day = new URLSearchParams({ from: new Date(Date.now() - 6e6).toISOString(), to: new Date(Date.now() + 6e6).toISOString() })
    const { visits } = await read(visitList, colleague.browser.request('GET', `/v1/visits?${day}`))
    expect(visits.map(({ id, reason }) => ({ id, reason }))).toEqual([{ id: visit.id, reason: 'cough' }])
    await read(visitSchema, colleague.browser.request('PATCH', `/v1/visits/${visit.id}`, { reason: 'fever' }))
    await read(patientDetails, colleague.browser.request('PATCH', `/v1/patients/${ann.id}`, { phone: '555 0100' }))
    // Whoever holds it ends it for everybody.
    expect(await refusal(colleague, 'POST', `/v1/visits/${visit.id}/end`)).toBe('forbidden')

    await read(teamSchema, owner.request('DELETE', `/v1/teams/${teamId}/members/${colleague.id}`))
    expect(await refusal(colleague, 'GET', `/v1/patients/${ann.id}`)).toBe('not-found')
    expect(await refusal(colleague, 'GET', `/v1/visits/${visit.id}`)).toBe('not-found')
  })

  test('gives nothing to a member who is no clinician, and nothing of another team’s', async () => {
    const { ann } = await makePatient()
    const [auditor, stranger] = [await staff('auditor'), await staff('clinician')]
    const teamId = await makeTeam(doctor, auditor)
    await makeTeam(stranger)
    await hand(scheduler, ann.id, teamId)
    expect(await refusal(auditor, 'GET', `/v1/patients/${ann.id}`)).toBe('forbidden')
    expect(await refusal(stranger, 'GET', `/v1/patients/${ann.id}`)).toBe('not-found')
    const { teams } = await read(teamList, owner.request('GET', '/v1/teams'))
    const members = teams.find(({ id }) => id === teamId)?.members ?? []
    expect(members.map(({ id, isClinician }) => [id, isClinician])).toEqual([[auditor.id, false], [doctor.id, true]])
  })

  test('is handed patients by schedulers, and by clinicians to teams that they are in', async () => {
    const [{ ann }, other] = [await makePatient(), await makeTeam()]
    expect(await refusal(doctor, 'PUT', `/v1/patients/${ann.id}/teams/${other}`)).toBe('forbidden')
    await hand(scheduler, ann.id, other)
    expect(await refusal(doctor, 'DELETE', `/v1/patients/${ann.id}/teams/${other}`)).toBe('forbidden')
    await read(teamsOfPatient, scheduler.browser.request('DELETE', `/v1/patients/${ann.id}/teams/${other}`))
    // What is so already is no change.
    await read(teamsOfPatient, scheduler.browser.request('DELETE', `/v1/patients/${ann.id}/teams/${other}`))
    expect(await events('team.patient-removed', other)).toEqual([{ user_id: scheduler.id, facts: { patientId: ann.id } }])
  })

  test('is not joined by oneself, unless one answers for the organization', async () => {
    const both = await staff('administrator', 'clinician')
    const teamId = await makeTeam()
    expect(await refusal(both, 'PUT', `/v1/teams/${teamId}/members/${both.id}`)).toBe('forbidden')
    expect((await read(teamSchema, owner.request('PUT', `/v1/teams/${teamId}/members/${ownerId}`))).members).toHaveLength(1)
  })

  test('has a name of its own, however it is written', async () => {
    const { name, id } = await read(teamSchema, owner.post('/v1/teams', { name: `Ward ${++made}` }))
    expect(await refusal({ browser: owner }, 'POST', '/v1/teams', { name: name.toUpperCase() })).toBe('team-name-taken')
    const another = await makeTeam()
    expect(await refusal({ browser: owner }, 'PATCH', `/v1/teams/${another}`, { name })).toBe('team-name-taken')
    expect(await read(teamSchema, owner.request('PATCH', `/v1/teams/${id}`, { name: name.toUpperCase() }))).toMatchObject({ name: name.toUpperCase() })
  })
})

describe('broken glass', () => {
  const reason = 'brought in unconscious, name on the bracelet'
  const breakFor = async (who: Colleague, id: PatientId) => {
    const { glass } = await read(glassBroken, who.browser.post('/v1/break-glass', { patient: { id }, reason }))
    if (glass === null) throw new Error('nothing was broken')
    return glass
  }
  /** As if half an hour had passed. */
  const letPass = (id: string) =>
    curtain.world.query(
      `update break_glass set broken_at = now() - interval '30 minutes', expires_at = now() where id = $1`,
      [id],
    )

  test('opens the record and the visits, each look on record as such, and puts the patient into no list', async () => {
    const [{ ann, visit }, stranger] = [await makePatient(), await staff('clinician')]
    const glass = await breakFor(stranger, ann.id)
    const seen = await read(patientDetails, stranger.browser.request('GET', `/v1/patients/${ann.id}`))
    expect(seen).toMatchObject({ name: 'Ann Lee', access: 'break-glass', accessUntil: glass.until })
    const { visits } = await read(visitList, stranger.browser.request('GET', `/v1/patients/${ann.id}/visits`))
    expect(visits).toMatchObject([{ id: visit.id, reason: 'cough' }])
    expect(await read(visitSchema, stranger.browser.request('GET', `/v1/visits/${visit.id}`))).toMatchObject({ reason: 'cough' })
    await read(teamsOfPatient, stranger.browser.request('GET', `/v1/patients/${ann.id}/teams`))
    for (const [type, target] of [['patient.read', ann.id], ['visit.listed', ann.id], ['visit.read', visit.id], ['patient.teams-read', ann.id]]) {
      expect(await events(type ?? '', target ?? ''), type).toMatchObject([{ user_id: stranger.id, facts: { access: 'break-glass' } }])
    }
    expect((await read(patientList, stranger.browser.request('GET', '/v1/patients'))).patients).toEqual([])
    const search = { recordNumber: ann.recordNumber }
    expect((await read(patientsFound, stranger.browser.post('/v1/patients/search', search))).patients).toEqual([])
  })

  test('changes nothing, and so makes nothing one’s own', async () => {
    const [{ ann, visit }, stranger] = [await makePatient(), await staff('clinician')]
    const teamId = await makeTeam(stranger)
    const { ann: own } = await makePatient()
    await breakFor(stranger, ann.id)
    const before = await curtain.world.query('select t::text from patients t where id = $1', [ann.id])
    const startsAt = new Date().toISOString()
    const tries: [string, string, object?][] = [
      ['PATCH', `/v1/patients/${ann.id}`, { phone: '555 0100' }],
      ['PUT', `/v1/patients/${ann.id}/teams/${teamId}`],
      ['POST', `/v1/patients/${ann.id}/merge`, { into: own.id }],
      ['POST', '/v1/visits', { patient: { id: ann.id }, startsAt }],
      ['PATCH', `/v1/visits/${visit.id}`, { reason: 'mine now' }],
      ['POST', `/v1/visits/${visit.id}/cancel`],
      ['POST', `/v1/visits/${visit.id}/end`],
      ['POST', `/v1/visits/${visit.id}/links`, { guest: { name: 'Bo Marsh' } }],
      ['POST', `/v1/patients/${ann.id}/export`],
      ['POST', `/v1/patients/${ann.id}/erase`, { ground: 'made-in-error', name: 'Ann Lee' }],
    ]
    for (const [method, path, body] of tries) {
      expect(['forbidden', 'not-found'], path).toContain(await refusal(stranger, method, path, body))
    }
    expect(await curtain.world.query('select t::text from patients t where id = $1', [ann.id])).toEqual(before)
    const { access } = await read(patientDetails, stranger.browser.request('GET', `/v1/patients/${ann.id}`))
    expect(access).toBe('break-glass')
  })

  test('leads nobody into the visits that it shows, nor does what was read there afterwards', async () => {
    const [{ ann, visit }, stranger, colleague] = [await makePatient(), await staff('clinician'), await staff('clinician')]
    const glass = await breakFor(stranger, ann.id)
    const come = (who: Colleague) => refusal(who, 'POST', `/v1/visits/${visit.id}/tickets`, {})
    expect(await come(stranger)).toBe('forbidden')
    await letPass(glass.id)
    expect(await come(stranger)).toBe('forbidden')
    expect(await refusal(stranger, 'GET', `/v1/patients/${ann.id}`)).toBe('not-found')
    expect(await events('access.denied', visit.id)).toMatchObject([
      { user_id: stranger.id, facts: { action: 'visit.host' } },
      { user_id: stranger.id, facts: { action: 'visit.host' } },
    ])

    // Whoever was given the address, of this visit or of one that was made since, stands in as ever.
    await ticketFor(colleague, visit.id)
    const later = { patient: { id: ann.id }, startsAt: new Date().toISOString() }
    const { visit: next } = await read(visitCreated, doctor.browser.post('/v1/visits', later))
    await ticketFor(stranger, next.id)
  })

  test('is not forgotten when the record is found to be a double, and its visits become another’s', async () => {
    const [{ ann, visit }, stranger, officer] = [await makePatient(), await staff('clinician'), await staff('security-officer')]
    const glass = await breakFor(stranger, ann.id)
    await read(visitSchema, stranger.browser.request('GET', `/v1/visits/${visit.id}`))
    await letPass(glass.id)
    let double = ann.id
    for (const into of [(await makePatient()).ann.id, (await makePatient()).ann.id]) {
      await read(patientDetails, doctor.browser.post(`/v1/patients/${double}/merge`, { into }))
      double = into
    }
    const { list } = await read(brokenGlassList, officer.browser.request('GET', '/v1/break-glass'))
    expect(list.find(({ id }) => id === glass.id)).toMatchObject({ patientId: ann.id, requests: 1 })
    expect(await refusal(stranger, 'POST', `/v1/visits/${visit.id}/tickets`, {})).toBe('forbidden')
  })

  test('does not keep those out who have the patient through a team', async () => {
    const [{ ann, visit }, stranger] = [await makePatient(), await staff('clinician')]
    await breakFor(stranger, ann.id)
    const teamId = await makeTeam(stranger)
    await read(teamsOfPatient, scheduler.browser.request('PUT', `/v1/patients/${ann.id}/teams/${teamId}`))
    await ticketFor(stranger, visit.id)
  })

  const ticketFor = (who: Colleague, id: string) => read(admissionTicket, who.browser.post(`/v1/visits/${id}/tickets`, {}))

  test('ends by itself, and by hand for whoever broke it alone', async () => {
    const [{ ann, visit }, stranger] = [await makePatient(), await staff('clinician')]
    const first = await breakFor(stranger, ann.id)
    await letPass(first.id)
    expect(await refusal(stranger, 'GET', `/v1/patients/${ann.id}`)).toBe('not-found')
    expect(await refusal(stranger, 'GET', `/v1/visits/${visit.id}`)).toBe('not-found')

    const { id } = await breakFor(stranger, ann.id)
    expect((await read(openGlassList, stranger.browser.request('GET', '/v1/break-glass/open'))).open.map((one) => one.id)).toEqual([id])
    expect(await refusal(doctor, 'DELETE', `/v1/break-glass/${id}`)).toBe('not-found')
    expect((await stranger.browser.request('DELETE', `/v1/break-glass/${id}`)).status).toBe(204)
    expect(await refusal(stranger, 'GET', `/v1/patients/${ann.id}`)).toBe('not-found')
  })

  test('is told to the security officers at once, or else to the owners: by mail that says neither of whom nor why', async () => {
    const [{ ann }, stranger] = [await makePatient(), await staff('clinician')]
    await breakFor(stranger, ann.id)
    const toOwner = await mailTo('dana@harbor.example')
    expect(toOwner.text).toContain('/people')
    const officer = await staff('security-officer')
    await breakFor(await staff('clinician'), ann.id)
    const { raw, text } = await mailTo(`${officer.id}@harbor.example`)
    for (const said of ['Sky clinician opened', 'Sky clinician abrió', '/log/reviews']) expect(text).toContain(said)
    for (const secret of ['Ann', 'Lee', 'unconscious', ann.id, '1958']) expect(raw).not.toContain(secret)
  })

  /** The next mail of this kind to an address; those before it were to others, or of signing in. */
  async function mailTo(address: string) {
    for (;;) {
      const mail = await mailServer.next()
      if (mail.to.includes(address) && mail.subject.includes('emergency')) return mail
    }
  }

  test('is reviewed by a security officer, who sees who, why and how often, and of the patient the id alone', async () => {
    const [{ ann }, stranger, officer] = [await makePatient(), await staff('clinician'), await staff('security-officer')]
    const { id } = await breakFor(stranger, ann.id)
    await read(patientDetails, stranger.browser.request('GET', `/v1/patients/${ann.id}`))
    await letPass(id)
    const answer = await (await officer.browser.request('GET', '/v1/break-glass')).text()
    for (const secret of ['Ann', 'Lee', '1958', ann.recordNumber ?? '']) expect(answer).not.toContain(secret)
    const { list } = brokenGlassList.parse(JSON.parse(answer))
    const waiting = list.findIndex(({ review }) => review !== null)
    expect(list.slice(0, waiting === -1 ? undefined : waiting).find((one) => one.id === id)).toMatchObject({
      patientId: ann.id, by: { id: stranger.id }, reason, isOpen: false, requests: 1,
    })
    expect(await refusal(stranger, 'POST', `/v1/break-glass/${id}/review`, { outcome: 'justified', comment: '' })).toBe('forbidden')
    const review = { outcome: 'justified', comment: 'spoke to them' }
    expect(await read(brokenGlass, officer.browser.post(`/v1/break-glass/${id}/review`, review))).toMatchObject({ review })
    const [stored] = await curtain.world.query('select t::text as row from break_glass t where id = $1', [id])
    const hex = (text: string) => Buffer.from(text).toString('hex')
    for (const secret of [reason, review.comment]) expect(stored?.['row']).not.toContain(hex(secret))
  })

  test('opens nobody of another organization', async () => {
    const input = { organizationName: 'Elsewhere', name: 'Eve', email: 'eve@elsewhere.example', password: null }
    const elsewhere = await createOrganization(curtain.server.parts, input, new Date())
    const foreign = await addStaff(curtain, elsewhere.organizationId, ['clinician'])
    const { ann } = await makePatient()
    for (const patient of [{ id: ann.id }, { recordNumber: ann.recordNumber }, { name: ann.name, birthDate: ann.birthDate }]) {
      expect(await refusal(foreign, 'POST', '/v1/break-glass', { patient, reason })).toBe('not-found')
    }
  })

  test.each([{ reason: 'too short' }, { reason: ' '.repeat(40) }, { patient: { name: 'Ann Lee' } }, { patient: {} }, { patient: { birthDate: '1958-04-30' } }])(
    'takes no %j',
    async (wrong) => {
      const body = { patient: { recordNumber: 'R-1' }, reason, ...wrong }
      expect(await refusal(doctor, 'POST', '/v1/break-glass', body)).toBe('invalid-input')
    },
  )
})
