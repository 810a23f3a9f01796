import { createTransport } from 'nodemailer'
import type { MailConfig } from '../config.ts'
import type { OutgoingMail } from './mail.ts'

/** A message with an id that stays the same over attempts, so that a mail program knows one that came twice. */
export interface IdentifiedMail extends OutgoingMail {
  id: string
  date: Date
}

/** Hands messages to the mail server. */
export interface MailSender {
  /**
   * Resolves once the mail server has taken it.
   * @throws MailRefusedError when it never will; any other error when it may later
   */
  send(mail: IdentifiedMail): Promise<void>
  /** Breaks off what is under way. */
  close(): void
}

/** The mail server refused a message for good (RFC 5321 §4.2.1, 5yz). */
export class MailRefusedError extends Error {
  /** The server's reply code. Its words are left out: they repeat the address. */
  readonly status: number

  constructor(status: number, cause: unknown) {
    super('The mail server refused a message.', { cause })
    this.name = 'MailRefusedError'
    this.status = status
  }
}

/** Long enough for a mail server that looks senders up before it answers; the whole stays well within an attempt. */
const patience = { connectionTimeout: 20_000, greetingTimeout: 30_000, socketTimeout: 60_000, dnsTimeout: 20_000 }

export function createSmtpSender({ host, port, tls, credentials, from }: MailConfig): MailSender {
  const transport = createTransport({
    host,
    port,
    ...patience,
    secure: tls === 'from-start',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    ...(credentials === null ? {} : { auth: credentials }),
    tls: { minVersion: 'TLSv1.2' },
    pool: true,
    maxConnections: 1,
    // Its own log would have addresses in it.
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    async send({ id, date, to, subject, text }) {
      try {
        await transport.sendMail({
          from,
          // As an object: an address is never read as a list of them.
          to: { name: '', address: to },
          subject,
          text,
          date,
          messageId: `<${id}@${domain}>`,
          // So that no out-of-office answers come back (RFC 3834 §5).
          headers: { 'auto-submitted': 'auto-generated' },
          xMailer: false,
        })
      } catch (error) {
        throw isRefusal(error) ? new MailRefusedError(error.responseCode, error) : error
      }
    },
    close: () => transport.close(),
  }
}

/** Of the message itself; a refused password is for the operator to put right. */
function isRefusal(error: unknown): error is Error & { responseCode: number } {
  if (!(error instanceof Error && 'code' in error && 'responseCode' in error)) return false
  const isOfMessage = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  return isOfMessage && typeof error.responseCode === 'number' && error.responseCode >= 500
}
