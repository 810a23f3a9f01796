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
  post: <Schema extends z.ZodType>(path: string, schema: Schema, body?: unknown) => Promise<z.output<Schema>>
}

/**
 * Each answer is checked by the protocol's schema; each refusal is thrown as `RequestFailed`, and an aborted request as
 * the signal's own reason.
 * @param onSignedOut is told when an answer says that the session has ended.
 */
export function makeAsking(onSignedOut: () => void): Asking {
  async function askDated<Schema extends z.ZodType>(path: string, schema: Schema, call: Call = {}) {
    const { method = 'GET', body, signal } = call
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
    }).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw new RequestFailed('offline', { cause })
    })
    const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
    signal?.throwIfAborted()
    if (!response.ok) {
      const failure = failureFrom(response.status, answer)
      if (failure.code === 'not-signed-in') onSignedOut()
      throw failure
    }
    const read = schema.safeParse(answer)
    if (!read.success) throw new RequestFailed('internal')
    const at = Date.parse(response.headers.get('date') ?? '')
    return { value: read.data, at: Number.isNaN(at) ? Date.now() : at }
  }
  const ask: Asking['ask'] = async (path, schema, call) => (await askDated(path, schema, call)).value
  return { ask, askDated, post: (path, schema, body = {}) => ask(path, schema, { method: 'POST', body }) }
}
