import { errors, type ErrorCode } from '@curtain/protocol'

/**
 * A failure with a code from the one table. What a client sees is the code and the table's sentence; `cause` and
 * `fields` are for the log and the problem body. Neither may hold patient data or secrets.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly string[] | undefined

  constructor(code: ErrorCode, options: { cause?: unknown; fields?: readonly string[] } = {}) {
    super(errors[code].sentence, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = options.fields
  }

  get status(): number {
    return errors[this.code].status
  }
}
