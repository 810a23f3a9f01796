import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits, visitCreated, type VisitId } from '@curtain/protocol'
import { Clinic, type Joined, type Visitor } from '../support/clinic.ts'
import { type Curtain, startCurtain } from '../support/curtain.ts'
import { camera, microphone } from '../support/rtp-parameters.ts'
import { Browser } from '../support/server.ts'
import { setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const cluster = join(folder.path, 'postgres')
const away = join(folder.path, 'postgres.away')

let curtain: Curtain
let clinic: Clinic

beforeAll(async () => {
  curtain = await startCurtain(folder.path)
  const staff = new Browser(curtain.url)
  const [, secret] = await curtain.line(/\/setup#([\w-]{43})/)
  await setUpRelaxed(staff, { secret, ...owner })
  clinic = new Clinic(curtain.url, staff)
})
afterAll(async () => {
  await curtain?.stop()
  folder[Symbol.dispose]()
})

/** Of the PostgreSQL that has a cluster open; undefined while none has. */
function postgresOf(folder: string): number | undefined {
  try {
    return Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  } catch {
    return undefined
  }
}

/** @returns the process that is no more */
function killPostgres(folder = cluster): number {
  const killed = postgresOf(folder)
  if (killed === undefined) throw new Error('no PostgreSQL has this cluster open')
  process.kill(killed, 'SIGKILL')
  return killed
}

const status = async (path: string) => (await clinic.newBrowser().request('GET', path)).status

/** With its folder moved away it cannot be started again. */
function killPostgresForGood(): number {
  renameSync(cluster, away)
  return killPostgres(away)
}

/** Connections may outlive a killed PostgreSQL for a moment and still answer: ready is what another process is. */
async function isBack(killed: number): Promise<void> {
  await expect.poll(() => postgresOf(cluster) ?? killed, { interval: 50 }).not.toBe(killed)
  await expect.poll(() => status('/readyz'), { interval: 50 }).toBe(200)
}

async function comeAsGuests(visitId: VisitId, count: number): Promise<Visitor[]> {
  const guests: Visitor[] = []
  for (let made = 0; made < count; made++) guests.push(await clinic.comeByLink(await clinic.inviteGuest(visitId)))
  return guests
}

const anotherVisit = () => ({ patient: { name: 'Bo Ray' }, startsAt: new Date().toISOString() })

const admissionOnRecord = async (visitId: VisitId, { id }: Visitor) =>
  (await clinic.readVisit(visitId)).participants.find((one) => one.id === id)?.admission

/** A stream of one goes to the other, and back. */
async function mediaGoesOn(...[one, other]: [Joined, Joined]): Promise<void> {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    to.client.forget()
    const { producerId } = await from.client.request('producer.create', camera(from.joined.sendTransport.id))
    const { consumer } = await to.client.notified('consumer.added', (added) => added.consumer.producerId === producerId)
    await to.client.request('consumer.resume', { consumerId: consumer.id })
    await from.client.request('producer.close', { producerId })
    await to.client.notified('consumer.closed', (closed) => closed.consumerId === consumer.id)
  }
}

test('while PostgreSQL stays away the room goes on, and what cannot be recorded does not happen', async () => {
  const { visitId, host, patient } = await clinic.twoInVisit()
  await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
  const { consumer } = await patient.client.notified('consumer.added')
  const [guest] = await comeAsGuests(visitId, 1)
  const unused = await clinic.exchange(await clinic.inviteGuest(visitId))
  const workers = curtain.mediaWorkers().map(({ pid }) => pid)
  const { visit: other, link } = await clinic.makeVisit()

  const killed = killPostgresForGood()
  try {
    await curtain.line(/PostgreSQL could not be started again/)
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503])

    await mediaGoesOn(host, patient)
    await patient.client.request('consumer.resume', { consumerId: consumer.id })
    await patient.client.request('quality.report', { quality: 2 })
    await host.client.notified('participant.quality', (one) => one.participantId === patient.id && one.quality === 2)
    patient.client.drop()
    await host.client.notified('participant.connected', (one) => one.participantId === patient.id && !one.connected)
    const resumed = await clinic.connect()
    await resumed.resume(visitId, patient.hello.resumeToken, patient.client.lastSequence)
    await host.client.notified('participant.connected', (one) => one.participantId === patient.id && one.connected)
    const { staff } = clinic
    const stranger = clinic.newBrowser()
    const refused = await Promise.all([
      host.client.refusal('admit', { participantId: guest!.id }),
      host.client.refusal('remove', { participantId: patient.id }),
      staff.refusal(staff.post('/v1/visits', anotherVisit())),
      staff.refusal(staff.post(`/v1/visits/${visitId}/end`)),
      stranger.refusal(clinic.openLink(link, stranger)),
      clinic.connect().then((client) =>
        client.refusal('hello', { protocolVersion: limits.protocolVersion, visitId, auth: { ticket: unused.ticket } }),
      ),
    ])
    expect(new Set(refused)).toEqual(new Set(['not-ready']))
    expect(stranger.cookies.size).toBe(0)
    const { routerRtpCapabilities: rtpCapabilities } = guest!.hello
    expect(await guest!.client.refusal('join', { rtpCapabilities })).toBe('not-admitted')
    await mediaGoesOn(host, { ...patient, client: resumed })
  } finally {
    renameSync(away, cluster)
  }

  await isBack(killed)
  expect(curtain.mediaWorkers().map(({ pid }) => pid)).toEqual(workers)
  expect(await admissionOnRecord(visitId, guest!)).toBe('waiting')
  expect(await admissionOnRecord(visitId, patient)).toBe('admitted')
  expect(await clinic.readVisit(visitId)).toMatchObject({ status: 'in-progress' })
  await host.client.request('admit', { participantId: guest!.id })
  await guest!.client.notified('admitted')
  await mediaGoesOn(host, await clinic.join(guest!))
  expect(await admissionOnRecord(visitId, guest!)).toBe('admitted')
  await clinic.arrive(visitId, unused.browser)
  await clinic.exchange(link)
  expect(await clinic.readVisit(other.id)).toMatchObject({ status: 'scheduled' })
})

test('a kill -9 in the middle of admissions leaves each done or refused, and loses nothing acknowledged', async () => {
  const { visitId, host } = await clinic.twoInVisit()
  const guests = await comeAsGuests(visitId, 9)
  const invitations = await Promise.all(guests.slice(0, 3).map(() => clinic.inviteGuest(visitId)))

  for (const round of [0, 1, 2]) {
    const now = guests.slice(round * 3, round * 3 + 3)
    const [first, ...others] = now.map(({ id }) => host.client.refusal('admit', { participantId: id }))
    const made = [1, 2, 3].map(() => clinic.staff.post('/v1/visits', anotherVisit()))
    // At once, after the first answer, and after all three have begun and one visit was made.
    if (round === 1) await first
    if (round === 2) await Promise.race(made)
    const killed = killPostgres()
    const answers = await Promise.all([first, ...others])
    const visits = await Promise.all(made)
    await isBack(killed)

    for (const response of visits) {
      const body: unknown = await response.json()
      expect([201, 503]).toContain(response.status)
      if (response.status === 201) await clinic.readVisit(visitCreated.parse(body).visit.id)
      else expect(body).toMatchObject({ code: 'not-ready' })
    }
    for (const [place, guest] of now.entries()) {
      if (answers[place] === null) {
        await guest.client.notified('admitted')
        expect(await admissionOnRecord(visitId, guest)).toBe('admitted')
      } else {
        expect(answers[place]).toBe('not-ready')
        const rtpCapabilities = guest.hello.routerRtpCapabilities
        expect(await guest.client.refusal('join', { rtpCapabilities })).toBe('not-admitted')
        await host.client.request('admit', { participantId: guest.id })
      }
      await clinic.join(guest)
      await guest.client.request('leave', {})
    }
  }
  // Links from before still open the visit.
  for (const invitation of invitations) await clinic.comeByLink(invitation)
  await clinic.end(visitId)
  expect(await host.client.closed()).toBe(4000)
})

test('a visit that everybody left during an outage is put right by the next who comes and goes', async () => {
  const { visitId, host, patient } = await clinic.twoInVisit()
  const killed = killPostgresForGood()
  try {
    await Promise.all([host, patient].map(({ client }) => client.request('leave', {})))
    expect([await host.client.closed(), await patient.client.closed()]).toEqual([4000, 4000])
  } finally {
    renameSync(away, cluster)
  }
  await isBack(killed)
  const back = await clinic.arrive(visitId, patient.browser)
  expect(back.hello).toMatchObject({ participant: { admission: 'admitted' }, visit: { status: 'in-progress' } })
  await back.client.request('leave', {})
  expect(await clinic.readVisit(visitId)).toMatchObject({ status: 'open' })
})
