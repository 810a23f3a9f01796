import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isLoopback } from '../config.ts'
import { type HostAddress, isOwnAddress, isPublicAddress, resolveHost } from './addresses.ts'
import { signWebhook } from './sign.ts'

/**
 * Why a message was not taken:
 * `address-invalid`  no address that messages go to: https and no password, or http on this machine alone
 * `address-refused`  inside this machine, this network or a cloud's own services, and the operator does not allow that
 * `unreachable`      the name is unknown, or nothing takes or keeps the connection
 * `tls`              no TLS, or a certificate that is not believed
 * `timed-out`        no answer in time
 * `redirected`       it answered that it is elsewhere; nobody is sent there
 * `gone`             it answered 410: it wants no more messages, ever
 * `refused`          it answered with any other status than success
 * `stopped`          the caller broke it off
 */
export type WebhookProblem =
  | 'address-invalid' | 'address-refused' | 'unreachable' | 'tls' | 'timed-out' | 'redirected' | 'gone' | 'refused' | 'stopped'

export class WebhookError extends Error {
  readonly code: WebhookProblem
  /** The HTTP status, where there was one. */
  readonly status: number | null

  constructor(code: WebhookProblem, { status = null, cause }: { status?: number | null; cause?: unknown } = {}) {
    super(`a webhook was not delivered: ${code}`, { cause })
    this.name = 'WebhookError'
    this.code = code
    this.status = status
  }
}

export interface WebhookMessage {
  url: string
  /** Such as `newWebhookSecret` makes, the newest first. */
  secrets: readonly string[]
  /** The same over all attempts. */
  id: string
  /** JSON. */
  body: string
  /** Breaks it off. */
  signal?: AbortSignal
  /**
   * Whether it may go to addresses that are not of the internet. Only for what the operator of this server wrote down
   * themselves, or allows everybody.
   */
  privateAddresses?: 'refuse' | 'allow'
  resolve?: (host: string) => Promise<HostAddress[]>
  now?: () => Date
  timeoutMs?: number
}

/** From the look-up of the name to the first line of the answer, all of it: slow receivers hold nothing for longer. */
const patienceMs = 10_000

/**
 * Posts a signed message and looks at the status of the answer, and at nothing else of it. The name is looked up once, and
 * the connection goes to an address that was checked: a name that changes its mind in between leads nowhere else.
 * @throws WebhookError
 */
export async function postWebhook(message: WebhookMessage): Promise<void> {
  const { secrets, id, body, signal: given, privateAddresses = 'refuse', timeoutMs = patienceMs } = message
  const { resolve = resolveHost, now = () => new Date() } = message
  if (!isWebhookAddress(message.url, privateAddresses)) throw new WebhookError('address-invalid')
  const target = new URL(message.url)
  const patience = AbortSignal.timeout(timeoutMs)
  const signal = given === undefined ? patience : AbortSignal.any([given, patience])
  let status: number
  try {
    signal.throwIfAborted()
    const addresses = await unlessAborted(resolve(hostOf(target)), signal)
    const mayGoTo = privateAddresses === 'refuse' ? isPublicAddress : target.protocol === 'http:' ? isOwnAddress : () => true
    if (!addresses.every(({ address }) => mayGoTo(address))) throw new WebhookError('address-refused')
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Curtain',
      ...signWebhook(secrets, { id, body, at: now() }),
    }
    status = await exchange(target, addresses, headers, body, signal)
  } catch (error) {
    if (error instanceof WebhookError) throw error
    throw new WebhookError(given?.aborted === true ? 'stopped' : patience.aborted ? 'timed-out' : problemOf(error), { cause: error })
  }
  if (status >= 200 && status < 300) return
  throw new WebhookError(status === 410 ? 'gone' : status >= 300 && status < 400 ? 'redirected' : 'refused', { status })
}

/**
 * Whether a text can be the address of a receiver at all: by TLS, or without it on this machine, where private addresses are
 * allowed. Where it leads is looked at each time something is sent there.
 */
export function isWebhookAddress(url: string, privateAddresses: 'refuse' | 'allow'): boolean {
  if (!URL.canParse(url)) return false
  const target = new URL(url)
  if (target.username !== '' || target.password !== '') return false
  return target.protocol === 'https:' || (target.protocol === 'http:' && privateAddresses === 'allow' && isLoopback(hostOf(target)))
}

/** Without the brackets of an IPv6 address. */
const hostOf = ({ hostname }: URL) => hostname.replaceAll(/[[\]]/g, '')

/** @returns the status of the answer */
function exchange(
  target: URL,
  addresses: readonly HostAddress[],
  headers: Record<string, string | number>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const answer = Promise.withResolvers<number>()
  const send = target.protocol === 'https:' ? requestHttps : requestHttp
  const request = send(target, {
    method: 'POST',
    headers,
    signal,
    lookup: always(addresses),
    // A connection of its own: nothing is kept, and no proxy of the environment is asked.
    agent: false,
    minVersion: 'TLSv1.2',
  })
  request.on('response', (response) => {
    answer.resolve(response.statusCode ?? 0)
    response.destroy()
  })
  request.on('error', (error) => answer.reject(error))
  // One that ends without an answer or an error, such as an upgrade that nobody asked for.
  request.on('close', () => answer.reject(new WebhookError('unreachable')))
  request.end(body)
  return answer.promise
}

/** A look-up that knows the answer already. */
function always(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, { all }, done) => {
    const [first] = addresses
    if (all === true) done(null, [...addresses])
    else if (first === undefined) done(new Error('no address'), '')
    else done(null, first.address, first.family)
  }
}

/** A look-up cannot be broken off; what becomes of it then is nobody's concern. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Node has no one code for TLS that failed (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const ofTls = /CERT|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH|^ERR_(TLS|SSL)|^EPROTO$/

function problemOf(error: unknown): WebhookProblem {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && ofTls.test(error.code) ? 'tls' : 'unreachable'
}
