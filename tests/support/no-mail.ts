import type { Mail } from '../../server/src/mail/mail.ts'

/** A server that was not told of any mail server. */
export const noMail: Mail = { isSetUp: false, queue: () => Promise.resolve() }
