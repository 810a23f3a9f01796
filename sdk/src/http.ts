import {
  admissionTicket,
  isErrorCode,
  linkExchanged,
  linkExchangeInput,
  problem,
  visitId as visitIdSchema,
  type AdmissionTicket,
  type LinkQuestion,
  type VisitId,
} from '@curtain/protocol'
import type { z } from 'zod'
import { VisitError } from './visit-error.ts'

interface Address {
  /** `https://host`, without a path. */
  baseUrl: string
  signal?: AbortSignal
}

/**
 * Sends JSON and reads the answer by its schema; the browser's cookies go along.
 * @throws VisitError with the server's code; `offline` if the device has no network, `unreachable` if the server gives
 * no answer of its own; `internal` if the answer is not what the schema says
 */
export async function postJson<Schema extends z.ZodType>(
  path: string,
  body: unknown,
  answer: Schema,
  { baseUrl, signal }: Address,
): Promise<z.output<Schema>> {
  const response = await fetch(new URL(path, baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    throw new VisitError(navigator.onLine ? 'unreachable' : 'offline', { cause })
  })
  const text = await response.text().catch((cause: unknown) => {
    throw new VisitError('unreachable', { cause })
  })
  if (!response.ok) throw problemOf(response.status, text)
  const parsed = answer.safeParse(jsonOrNull(text))
  if (!parsed.success) throw new VisitError('internal', { cause: parsed.error })
  return parsed.data
}

/** Reads what an HTTP error says: our problem body, or a proxy's page from somewhere between. */
function problemOf(status: number, text: string): VisitError {
  const parsed = problem.safeParse(jsonOrNull(text))
  if (parsed.success && isErrorCode(parsed.data.code)) return new VisitError(parsed.data.code)
  return new VisitError(status >= 502 && status <= 504 ? 'unreachable' : 'internal')
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Exchanges a link's secret for this browser's participant cookie and a first ticket, or for what the link asks for: then
 * it is not used up, and is exchanged again with the answer.
 * @param link what the address holds: the visit's id and the fragment's secret, as they are; both are checked here.
 * With `encrypts` false, the link of a visit that is end-to-end encrypted stays unused: `encryption-needed`. `answer` is a
 * birth date, `1958-04-30`, or the six digits of a mail; `anotherCode` asks for another mail.
 * @throws VisitError `link-invalid`, `link-used`, `link-expired`, `link-locked`, `visit-ended`, `visit-cancelled`, `removed`…
 */
export async function exchangeLink(
  link: { visitId: string; secret: string; encrypts?: boolean; answer?: string; anotherCode?: boolean },
  address: Address,
): Promise<AdmissionTicket | LinkQuestion> {
  const input = linkExchangeInput.safeParse(link)
  if (!input.success) throw new VisitError('link-invalid')
  return postJson('/v1/links/exchange', input.data, linkExchanged, address)
}

/**
 * Exchanges a room token, which a program of the organization's made, for a first ticket: once.
 * @param input with `encrypts` false, the token of a visit that is end-to-end encrypted stays unused: `encryption-needed`.
 * With `remember`, this browser gets a participant cookie, and `fetchTicket` gives it further tickets; without, whoever
 * cannot resume their connection needs another token.
 * @throws VisitError `room-token-invalid`, `visit-ended`, `visit-cancelled`, `removed`, `refused`…
 */
export async function exchangeRoomToken(
  input: { token: string; encrypts?: boolean; remember?: boolean },
  address: Address,
): Promise<AdmissionTicket> {
  return postJson('/v1/room-tokens/exchange', input, admissionTicket, address)
}

/**
 * A fresh ticket for whoever this browser's cookies say.
 * @param as a browser may hold both cookies, as when a clinician tries a patient's link: which one is meant
 * @throws VisitError `not-signed-in` when there is no cookie for this visit; otherwise as `exchangeLink`
 */
export async function fetchTicket(
  visitId: VisitId,
  as: 'host' | 'participant',
  address: Address,
): Promise<AdmissionTicket> {
  return postJson(`/v1/visits/${visitId}/tickets`, { as }, admissionTicket, address)
}

/** A room token out of an address of the form `https://host/v/<visit>#token=<token>`; null if there is none. */
export function readRoomToken({ hash }: Pick<URL, 'hash'>): string | null {
  return /^#token=([\w.-]+)$/.exec(hash)?.[1] ?? null
}

/** A visit's id and secret out of a link of the form `https://host/v/<visit>#<secret>`; null if it is none. */
export function readVisitLink(address: Pick<URL, 'pathname' | 'hash'>): { visitId: VisitId; secret: string } | null {
  const visitId = visitIdSchema.safeParse(/^\/v\/([^/]+)\/?$/.exec(address.pathname)?.[1])
  const secret = address.hash.slice(1)
  return visitId.success && secret !== '' ? { visitId: visitId.data, secret } : null
}
