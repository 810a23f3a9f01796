import { useHeader } from '@curtain/protocol'
import type { z } from 'zod'
import { isAttended } from './attendance.ts'
import { isInBackground } from './background.ts'
import { failureFrom, RequestFailed } from './request-failed.ts'

interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  /** Whoever asks without a person's doing marks it (`inBackground`). */
  signal?: AbortSignal
}

/** An answer, and when the server gave it: by its clock, in milliseconds. */
export interface Dated<Value> {
  value: Value
  at: number
}

/** How the parts of the console ask the server. */
export interface Asking {
  ask: <Schema extends z.ZodType>(path: string, schema: Schema, call?: Call) => Promise<z.output<Schema>>
  askDated: <Schema extends z.ZodType>(path: string, schema: Schema, call?: Call) => Promise<Dated<z.output<Schema>>>
  /** An answer that is a file: as it is, and whole. */
  askFile: (path: string, call?: Call) => Promise<Blob>
  post: <Schema extends z.ZodType>(path: string, schema: Schema, body?: unknown) => Promise<z.output<Schema>>
}

/**
 * Each answer is checked by the protocol's schema; each refusal is thrown as `RequestFailed`, and an aborted request as
 * the signal's own reason.
 * @param onSignedOut is told when an answer says that the session has ended.
 */
export function makeAsking(onSignedOut: () => void): Asking {
  async function send(path: string, { method = 'GET', body, signal }: Call): Promise<Response> {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // Whatever a page asks that nobody is at, nobody asked for.
        ...((signal && isInBackground(signal)) || !isAttended() ? { [useHeader]: 'background' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }).catch(lost(signal))
    if (response.ok) return response
    const answer: unknown = await response.json().catch(() => null)
    signal?.throwIfAborted()
    const failure = failureFrom(response.status, answer)
    if (failure.code === 'not-signed-in') onSignedOut()
    throw failure
  }
  async function askDated<Schema extends z.ZodType>(path: string, schema: Schema, call: Call = {}) {
    const response = await send(path, call)
    const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
    call.signal?.throwIfAborted()
    const read = schema.safeParse(answer)
    if (!read.success) throw new RequestFailed('internal')
    const at = Date.parse(response.headers.get('date') ?? '')
    return { value: read.data, at: Number.isNaN(at) ? Date.now() : at }
  }
  // The browser keeps on disk what is large.
  const askFile: Asking['askFile'] = async (path, call = {}) => (await send(path, call)).blob().catch(lost(call.signal))
  const ask: Asking['ask'] = async (path, schema, call) => (await askDated(path, schema, call)).value
  return { ask, askDated, askFile, post: (path, schema, body = {}) => ask(path, schema, { method: 'POST', body }) }
}

/** What becomes of an answer that did not come, or not to its end. */
function lost(signal: AbortSignal | undefined): (cause: unknown) => never {
  return (cause) => {
    signal?.throwIfAborted()
    throw new RequestFailed('offline', { cause })
  }
}
