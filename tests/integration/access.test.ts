import { type OrganizationId, problem, type Role, role as roleSchema, type UserId, type VisitId, visit, visitList } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createOrganization } from '../../server/src/organizations/service.ts'
import { readAccessTable } from '../support/access-table.ts'
import { call, describedOperations, givesReason, idsIn, type Subject, unknownSubject } from '../support/operations.ts'
import { addPasskey, addSession, addStaff, type Colleague, makeSubject } from '../support/staff-and-subjects.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// docs/access.md is what a running server does, for every role and every operation.
const { operations, open } = readAccessTable()
const plenty = { burst: 100_000, perMinute: 100_000 }

let curtain: TestServer
let organizationId: OrganizationId
let colleague: Colleague
/** What there is, for whoever may not touch any of it: so lists stay short. */
let outOfReach: Subject

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty } })
  const { signedIn } = await signInOwner(curtain)
  organizationId = signedIn.organization.id
  colleague = await staff('clinician')
  outOfReach = { ...(await makeSubject(colleague)), role: 'scheduler' }
})
afterAll(() => curtain[Symbol.asyncDispose]())

const staff = (...roles: Role[]) => addStaff(curtain, organizationId, roles)

/** The code of an answer; of one that is no refusal, `ok`. Its body is left alone then. */
async function codeOf(response: Response): Promise<string> {
  if (response.ok) return 'ok'
  return problem.parse(await response.json()).code
}

const denialsOf = (userId: UserId) =>
  curtain.world.query(`select outcome, target, facts from audit_events where type = 'access.denied' and user_id = $1`, [userId])
/** What the server does meanwhile by itself: an alert goes out some time after it was asked for, and logs are checked by the clock. */
const meanwhile = ['alert.sent', 'alert.failed', 'log.checked']
const changes = async () =>
  (await curtain.world.query(`select count(*) as count from audit_events where type <> 'access.denied' and type <> all($1)`, [meanwhile]))[0]?.['count']

/** That a call is refused with a code, leaves exactly one event that says so, and nothing else. */
async function isDenied(who: Colleague, make: () => Promise<Response>, code: string): Promise<void> {
  const [denied, changed] = [(await denialsOf(who.id)).length, await changes()]
  expect(await codeOf(await make())).toBe(code)
  const denials = await denialsOf(who.id)
  expect(denials).toHaveLength(denied + 1)
  expect(denials.at(-1)).toMatchObject({ outcome: 'denied', facts: { action: expect.any(String) } })
  expect(await changes()).toBe(changed)
}

async function isAllowed(response: Response): Promise<unknown> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    expect(response.status).toBe(200)
    return response.body?.cancel()
  }
  // What leads on to a page answers with that page.
  if (response.redirected) return response.body?.cancel()
  const body: unknown = response.status === 204 ? null : await response.json()
  if (!response.ok) expect(['forbidden', 'not-found', 'not-signed-in', 'internal']).not.toContain(problem.parse(body).code)
  return body
}

/** Every `reason` in an answer, however deep. */
function reasonsIn(answer: unknown): unknown[] {
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([name, value]) => (name === 'reason' ? [value] : reasonsIn(value)))
}

/** Which of these subjects an answer has in a list. */
function listedIn(answer: unknown, subjects: readonly Subject[]): readonly Subject[] | null {
  const lists = z.looseObject({ visits: z.array(z.looseObject({ id: z.string() })).optional(), patients: z.array(z.looseObject({ id: z.string() })).optional() })
  const read = lists.safeParse(answer)
  const list = read.data?.visits ?? read.data?.patients
  if (list === undefined) return null
  const ids = new Set(list.map(({ id }) => id))
  return subjects.filter(({ visitId, patientId }) => ids.has(visitId) || ids.has(patientId))
}

test('every operation of the API stands in the table, and nothing else does', async () => {
  const described = await describedOperations(curtain.url)
  const names = (takesSession: boolean) =>
    described.filter((operation) => operation.takesSession === takesSession).map(({ name }) => name).toSorted()
  expect([...operations.keys()].toSorted()).toEqual(names(true))
  expect([...open].toSorted()).toEqual(names(false))
  for (const [operation, cells] of operations) {
    expect(Object.keys(cells).toSorted(), operation).toEqual(roleSchema.options.toSorted())
  }
})

describe.each([...operations])('%s', (operation, cells) => {
  test.each(roleSchema.options)('as a %s alone', async (role) => {
    const who = await staff(role)
    if (cells[role] === '–') return isDenied(who, () => call(who.browser, operation, outOfReach), 'forbidden')
    const holdsVisits = role === 'clinician'
    const isAboutStaff = idsIn(operation).includes('userId')
    const account = async (has: Role) => ({ ...(await makeSubject(colleague)), userId: (await staff(has)).id, role: has })
    // What is about nothing, and lists nothing, is asked about a visit that is there already.
    const isAboutNothing = idsIn(operation).length === 0 && !/visits|patients/.test(operation)
    const fresh = isAboutNothing ? outOfReach : await makeSubject(colleague)
    const others = isAboutStaff ? await account('scheduler') : { ...fresh, role: 'scheduler' as const }
    const own = { ...(holdsVisits ? await makeSubject(who) : others), sessionId: await addSession(who), passkeyId: await addPasskey(who) }
    switch (cells[role]) {
      case 'own': {
        const answer = await isAllowed(await call(who.browser, operation, own))
        expect([null, [own]]).toContainEqual(listedIn(answer, [own, others]))
        if (idsIn(operation).length > 0) {
          await isDenied(who, () => call(who.browser, operation, others), 'not-found')
        }
        return
      }
      case 'no reason': {
        const answer = await isAllowed(await call(who.browser, operation, others))
        expect(reasonsIn(answer).length).toBeGreaterThan(0)
        expect(reasonsIn(answer).every((reason) => reason === null)).toBe(true)
        expect([null, [others]]).toContainEqual(listedIn(answer, [others]))
        if (givesReason(operation)) {
          await isDenied(who, () => call(who.browser, operation, others, { withReason: true }), 'forbidden')
        }
        return
      }
      case 'not above':
        await isAllowed(await call(who.browser, operation, others))
        for (const above of ['owner', 'security-officer'] as const) {
          const them = isAboutStaff ? await account(above) : { ...others, role: above }
          await isDenied(who, () => call(who.browser, operation, them), 'forbidden')
        }
        return
      case 'yes':
      case undefined: {
        const answer = await isAllowed(await call(who.browser, operation, others))
        // What finds somebody by all that is known of them is asked about nobody.
        const lists = operation !== 'POST /v1/audit/patients'
        expect([null, [others]]).toContainEqual(lists ? listedIn(answer, [others]) : null)
      }
    }
  })
})

test.each([...open])('%s asks for no session, whoever calls it', async (operation) => {
  for (const role of roleSchema.options) {
    const { browser } = await staff(role)
    await isAllowed(await call(browser, operation, unknownSubject))
  }
})

test('without a session everything but signing out is refused', async () => {
  for (const operation of operations.keys()) {
    const code = await codeOf(await call(new Browser(curtain.url), operation, outOfReach))
    expect(code, operation).toBe(operation === 'POST /v1/sign-out' ? 'ok' : 'not-signed-in')
  }
})

test('who plans and holds visits sees everybody’s, and why they take place of their own alone', async () => {
  const both = await staff('clinician', 'scheduler')
  const [own, others] = [await makeSubject(both), await makeSubject(colleague)]
  const answer = await call(both.browser, 'GET /v1/visits', own)
  const { visits } = visitList.parse(await answer.json())
  const reasonOf = (id: VisitId) => visits.find((one) => one.id === id)?.reason
  expect([reasonOf(own.visitId), reasonOf(others.visitId)]).toEqual(['cough', null])
  await isDenied(both, () => call(both.browser, 'PATCH /v1/visits/{visitId}', others, { withReason: true }), 'forbidden')
})

test('a clinician who stands in for a colleague has the visit as their own from then on', async () => {
  const stranger = await staff('clinician')
  const subject = await makeSubject(colleague)
  const read = () => call(stranger.browser, 'GET /v1/visits/{visitId}', subject)
  await isDenied(stranger, read, 'not-found')
  await isAllowed(await stranger.browser.post(`/v1/visits/${subject.visitId}/tickets`))
  expect(visit.parse(await (await read()).json())).toMatchObject({ reason: 'cough', clinician: { id: colleague.id } })
})

describe('with whom a visit is planned', () => {
  const plan = (who: Colleague, clinicianId?: UserId) =>
    who.browser.post('/v1/visits', { patient: { name: 'Bo Marsh' }, startsAt: new Date().toISOString(), ...(clinicianId && { clinicianId }) })

  test('clinicians hold what they plan, unless they name a colleague; then it is the colleague’s', async () => {
    const clinician = await staff('clinician')
    expect(await (await plan(clinician)).json()).toMatchObject({ visit: { clinician: { id: clinician.id } } })
    const planned = z.object({ visit }).parse(await (await plan(clinician, colleague.id)).json())
    expect(planned.visit).toMatchObject({ clinician: { id: colleague.id }, reason: null })
    expect(await codeOf(await clinician.browser.request('GET', `/v1/visits/${planned.visit.id}`))).toBe('not-found')
  })

  test('schedulers name a clinician', async () => {
    const scheduler = await staff('scheduler')
    expect(await (await plan(scheduler, colleague.id)).json()).toMatchObject({ visit: { clinician: { id: colleague.id } } })
    expect(await codeOf(await plan(scheduler))).toBe('clinician-needed')
  })

  test('nobody is planned with who holds no visits, and such a visit leaves no patient behind', async () => {
    const [scheduler, auditor] = [await staff('scheduler'), await staff('auditor')]
    const patients = async () => (await curtain.world.query('select id from patients')).length
    const before = await patients()
    for (const id of [auditor.id, scheduler.id, unknownSubject.userId]) {
      expect(await codeOf(await plan(scheduler, id))).toBe('clinician-needed')
    }
    expect(await patients()).toBe(before)
  })
})

test('clinicians are told of changes of their own visits, schedulers of everybody’s', async () => {
  const [clinician, scheduler] = [await staff('clinician'), await staff('scheduler')]
  const streams = [await follow(clinician), await follow(scheduler)] as const
  const { visitId: others } = await makeSubject(colleague)
  const { visitId: own } = await makeSubject(clinician)
  expect(await streams[1].until(own)).toContain(others)
  expect(await streams[0].until(own)).not.toContain(others)

  // Whose visit it is can change: whoever stands in is told too.
  await clinician.browser.post(`/v1/visits/${others}/tickets`)
  await colleague.browser.request('PATCH', `/v1/visits/${others}`, { durationMinutes: 45 })
  expect(await streams[0].until(others)).toContain(others)
})

/** A stream of changes, read until it has named a visit. */
async function follow({ browser }: Colleague): Promise<{ until(visitId: VisitId): Promise<string> }> {
  const response = await browser.request('GET', '/v1/visits/changes')
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error('no stream')
  let text = ''
  return {
    async until(visitId) {
      while (!text.includes(visitId)) {
        const { value, done } = await reader.read()
        if (done) throw new Error('the stream ended')
        text += Buffer.from(value).toString()
      }
      return text
    },
  }
}

describe('another organization', () => {
  let foreign: Subject
  let everything: Browser
  let foreignId: OrganizationId

  beforeAll(async () => {
    const input = { organizationName: 'Elsewhere', name: 'Eve', email: 'eve@elsewhere.example', password: null }
    foreignId = (await createOrganization(curtain.server.parts, input, new Date())).organizationId
    const clinician = await addStaff(curtain, foreignId, ['clinician', 'scheduler'])
    foreign = await makeSubject(clinician)
    everything = (await staff(...roleSchema.options)).browser
  })

  const withIds = [...operations.keys()].filter((operation) => idsIn(operation).length > 0)
  async function rowsOf(id: OrganizationId): Promise<unknown[]> {
    const tables = [
      'organizations', 'users', 'patients', 'visits', 'participants', 'visit_links',
      'care_teams', 'care_team_members', 'care_team_patients', 'break_glass', 'api_keys', 'room_tokens',
    ]
    const key = (table: string) => (table === 'organizations' ? 'id' : 'organization_id')
    return Promise.all(
      tables.map((table) => curtain.world.query(`select t::text from ${table} t where ${key(table)} = $1 order by 1`, [id])),
    )
  }

  test.each(withIds)('%s answers an id of another organization as one that nothing has', async (operation) => {
    const before = await rowsOf(foreignId)
    const own = await makeSubject(colleague)
    const answer = async (about: Subject) => {
      const response = await call(everything, operation, about)
      const { reference: _, ...said } = z.looseObject({ reference: z.unknown() }).parse(await response.json())
      return { status: response.status, said }
    }
    const asUnknown = await answer(unknownSubject)
    expect(asUnknown.status).toBeGreaterThanOrEqual(400)
    expect(await answer(foreign)).toEqual(asUnknown)
    // One id of theirs at a time, among our own.
    for (const name of idsIn(operation)) {
      const among = (other: Subject) => ({ ...own, [name]: other[name] })
      const asUnknownOne = await answer(among(unknownSubject))
      expect(asUnknownOne.status).toBeGreaterThanOrEqual(400)
      expect(await answer(among(foreign)), name).toEqual(asUnknownOne)
    }
    expect(await rowsOf(foreignId)).toEqual(before)
  })
})
