import { problem, type OrganizationId, role } from '@curtain/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../../server/src/log.ts'
import { describedRequests, type GeneratedRequest, mark, requestsOf, type Described } from '../support/generated-requests.ts'
import { addStaff, type Colleague, makeSubject } from '../support/staff-and-subjects.ts'
import { signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// Every operation, asked what its description allows and what it does not, by somebody who may do everything: no request makes
// the server fail, and nothing that is sent comes up where it has no place.
const runsEach = 5
const plenty = { burst: 1_000_000, perMinute: 1_000_000 }

let curtain: TestServer
let organizationId: OrganizationId
let operations: Described[]
const log: string[] = []

beforeAll(async () => {
  const limits = { any: plenty, guessable: plenty }
  curtain = await startTestServer({ limits, log: createLog('trace', { write: (line) => void log.push(line) }) })
  organizationId = (await signInOwner(curtain)).signedIn.organization.id
  operations = await describedRequests(curtain.url)
})
afterAll(() => curtain?.[Symbol.asyncDispose]())

const everything = () => addStaff(curtain, organizationId, [...role.options])

async function send({ url, cookies }: Colleague['browser'], method: string, { path, body }: GeneratedRequest): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      origin: url,
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null || method === 'GET' ? {} : { body }),
  })
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    await response.body?.cancel()
    return { status: response.status, text: '' }
  }
  return { status: response.status, text: await response.text() }
}

/** What is wrong with an answer, without what was sent; null for nothing. */
function faultOf({ status, text }: { status: number; text: string }): string | null {
  if (status < 400) return null
  if (text.toLowerCase().includes(mark)) return `repeated in its refusal (${status}) what it was sent`
  const read = problem.safeParse(JSON.parse(text))
  if (!read.success) return `refused with ${status} and no problem body`
  // That an identity provider cannot be reached is the one failure which is not ours.
  return status >= 500 && status !== 502 ? `answered ${status} ${read.data.code}` : null
}

const takesIds = ({ path, body }: Described) => path.includes('{') || JSON.stringify(body).includes('_[0123')

test('no operation fails, and no refusal repeats what was sent, whatever that is', async () => {
  const faults: string[] = []
  const seldom: string[] = []
  let who = await everything()
  let ids: string[] = []
  for (const operation of operations) {
    let answered = 0
    // What an operation before has ended, erased or suspended makes way for something new.
    if (takesIds(operation)) {
      who = await everything()
      ids = Object.values(await makeSubject(who)).filter((id) => id.includes('_'))
    }
    const outcome = await fc.check(
      fc.asyncProperty(requestsOf(operation, ids), async (request) => {
        const answer = await send(who.browser, operation.method, request)
        // Signed out by what was asked for: from now on it is somebody else.
        if (answer.status === 401) who = await everything()
        else answered++
        const fault = faultOf(answer)
        if (fault !== null) throw new Error(fault)
      }),
      { numRuns: runsEach, endOnFailure: true },
    )
    // What was sent stays out of the report; the seed brings it back.
    if (outcome.failed) faults.push(`${operation.name} ${String(outcome.errorInstance)} (seed ${outcome.seed}, path ${outcome.counterexamplePath})`)
    if (answered === 0) seldom.push(operation.name)
  }
  expect(faults).toEqual([])
  // Those that are refused without the right secret; every other one was reached.
  expect(seldom.filter((name) => !/sign-in|setup|room-tokens\/exchange|second-factor/.test(name))).toEqual([])
})

test('nothing that was sent is in the log or the audit log', async () => {
  expect(log.length).toBeGreaterThan(operations.length)
  expect(log.filter((line) => line.toLowerCase().includes(mark))).toEqual([])
  const told = await curtain.world.query(`select type from audit_events where lower(audit_events::text) like '%' || $1 || '%'`, [mark])
  expect(told).toEqual([])
})
