import { createServer, type Server } from 'node:http'
import { makeId, type AdmissionTicket, type VisitId } from '@curtain/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exchangeLink, exchangeRoomToken, fetchTicket, readRoomToken, readVisitLink } from './http.ts'

const visitId: VisitId = makeId('visit', 1, new Uint8Array(10))
const secret = 's'.repeat(43)
const ticket: AdmissionTicket = {
  ticket: 't'.repeat(43),
  participant: {
    id: makeId('participant', 1, new Uint8Array(10)),
    role: 'patient',
    displayName: 'Pat',
    admission: 'waiting',
  },
  visit: {
    id: visitId,
    kind: 'consultation',
    encryption: 'end-to-end',
    status: 'open',
    startsAt: '2026-03-01T09:30:00.000Z',
    organizationName: 'Clinic',
    clinicianName: 'Dr. Day',
  },
}

let server: Server
let baseUrl: string
let answer: { status: number; body: string }
let asked: { url: string; body: string }[]

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      asked.push({ url: request.url ?? '', body })
      response.writeHead(answer.status).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  baseUrl = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

function problemBody(status: number, code: string): string {
  return JSON.stringify({ type: 'about:blank', title: 'No.', status, code })
}

test('a link is exchanged for a ticket, its secret in the body and never in the address', async () => {
  answer = { status: 200, body: JSON.stringify(ticket) }
  await expect(exchangeLink({ visitId, secret }, { baseUrl })).resolves.toEqual(ticket)
  expect(asked).toEqual([{ url: '/v1/links/exchange', body: JSON.stringify({ visitId, secret }) }])
})

test('a link that cannot be one is refused without asking', async () => {
  const cutOff = exchangeLink({ visitId, secret: 'cut off' }, { baseUrl })
  await expect(cutOff).rejects.toMatchObject({ code: 'link-invalid' })
  expect(asked).toEqual([])
})

test('a problem body becomes its code', async () => {
  answer = { status: 410, body: problemBody(410, 'link-used') }
  await expect(exchangeLink({ visitId, secret }, { baseUrl })).rejects.toMatchObject({ code: 'link-used' })
})

test('a proxy’s error page, a code nobody knows and an answer of another shape are told apart', async () => {
  answer = { status: 502, body: '<html>Bad gateway</html>' }
  await expect(fetchTicket(visitId, 'participant', { baseUrl })).rejects.toMatchObject({ code: 'unreachable' })
  answer = { status: 418, body: problemBody(418, 'of-tomorrow') }
  await expect(fetchTicket(visitId, 'participant', { baseUrl })).rejects.toMatchObject({ code: 'internal' })
  answer = { status: 200, body: '{"ticket": 7}' }
  await expect(fetchTicket(visitId, 'participant', { baseUrl })).rejects.toMatchObject({ code: 'internal' })
})

test('no server there is unreachable', async () => {
  Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })
  await expect(fetchTicket(visitId, 'participant', { baseUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'unreachable' })
  Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })
  await expect(fetchTicket(visitId, 'participant', { baseUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'offline' })
})

test('a link is read from an address', () => {
  expect(readVisitLink({ pathname: `/v/${visitId}`, hash: `#${secret}` })).toEqual({ visitId, secret })
  expect(readVisitLink({ pathname: `/v/${visitId}`, hash: '' })).toBeNull()
  expect(readVisitLink({ pathname: '/v/else', hash: `#${secret}` })).toBeNull()
})

test('a room token is read from an address, and exchanged in the body', async () => {
  expect(readRoomToken({ hash: '#token=aaa.b-b.c_c' })).toBe('aaa.b-b.c_c')
  for (const hash of ['', `#${secret}`, '#token=', '#token=a b', '#token=a&x=y']) expect(readRoomToken({ hash })).toBeNull()
  answer = { status: 200, body: JSON.stringify(ticket) }
  await expect(exchangeRoomToken({ token: 'a.b.c', remember: true }, { baseUrl })).resolves.toEqual(ticket)
  expect(asked).toEqual([{ url: '/v1/room-tokens/exchange', body: '{"token":"a.b.c","remember":true}' }])
  answer = { status: 401, body: problemBody(401, 'room-token-invalid') }
  await expect(exchangeRoomToken({ token: 'a.b.c' }, { baseUrl })).rejects.toMatchObject({ code: 'room-token-invalid' })
})
