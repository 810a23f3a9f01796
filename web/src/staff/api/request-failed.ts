import { isErrorCode, problem, type ErrorCode } from '@curtain/protocol'

/** A request that was not answered as hoped. Pages translate by `code`; nothing here holds patient data. */
export class RequestFailed extends Error {
  /** `offline`: no answer came at all. */
  readonly code: ErrorCode | 'offline'
  /** Fields that were not accepted, as JSON paths. */
  readonly fields: readonly string[]
  /** Finds the request in the server's log. */
  readonly reference: string | null

  constructor(
    code: ErrorCode | 'offline',
    details: { fields?: readonly string[]; reference?: string; cause?: unknown } = {},
  ) {
    super(code, { cause: details.cause })
    this.name = 'RequestFailed'
    this.code = code
    this.fields = details.fields ?? []
    this.reference = details.reference ?? null
  }
}

/** Reads an error answer (RFC 9457). What is not one, or has a code of a newer server, counts as `internal`. */
export function failureFrom(status: number, body: unknown): RequestFailed {
  const read = problem.safeParse(body)
  if (!read.success) return new RequestFailed(status === 503 || status === 502 ? 'not-ready' : 'internal')
  const { code, fields = [], reference } = read.data
  return new RequestFailed(isErrorCode(code) ? code : 'internal', { fields, ...(reference && { reference }) })
}

/** Any thrown thing as a failure to show. */
export function asFailure(error: unknown): RequestFailed {
  return error instanceof RequestFailed ? error : new RequestFailed('internal', { cause: error })
}
