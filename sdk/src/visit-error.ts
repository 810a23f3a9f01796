import { errors, type ErrorCode } from '@curtain/protocol'

/** What can go wrong before the server has a say. */
const ownErrors = {
  offline: 'This device is offline. Check its connection to the internet.',
  unreachable: 'The server cannot be reached. Check the connection and try again.',
  closed: 'The visit was closed on this page.',
  'unsupported-browser': 'This browser cannot take part in a video visit. Try Chrome, Firefox, Edge or Safari.',
  'clock-wrong': 'The date or time of this device is wrong. Set it to be found automatically, then open the link again.',
  'encryption-failed': 'This visit could not be kept private, so it was stopped. Open the link again, or call the clinic.',
} as const

/** The server's codes and the few of this side. Stable; pages translate by it. */
export type VisitErrorCode = ErrorCode | keyof typeof ownErrors

function isOwnCode(code: VisitErrorCode): code is keyof typeof ownErrors {
  return Object.hasOwn(ownErrors, code)
}

/** A failure of the visit client: `code` says what, `message` is a sentence for people, without patient data. */
export class VisitError extends Error {
  readonly code: VisitErrorCode

  constructor(code: VisitErrorCode, options?: ErrorOptions) {
    super(isOwnCode(code) ? ownErrors[code] : errors[code].sentence, options)
    this.name = 'VisitError'
    this.code = code
  }
}
