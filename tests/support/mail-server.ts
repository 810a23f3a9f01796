import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { callbackify } from 'node:util'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A message as it arrived. */
interface ReceivedMail {
  from: string
  to: string[]
  subject: string
  text: string
  /** Over TLS. */
  secure: boolean
  /** Everything, as it came over the line. */
  raw: string
}

/** A real mail server on this machine, which keeps what it gets. */
export interface MailServer extends AsyncDisposable {
  readonly port: number
  /** What a Curtain is started with that sends its mail here. */
  readonly environment: { CURTAIN_SMTP_URL: string; CURTAIN_MAIL_FROM: string }
  readonly received: readonly ReceivedMail[]
  /** The next message that nobody has asked for yet, once it is there. */
  next(): Promise<ReceivedMail>
  /** What messages are answered with from now on, such as 451; null takes them. */
  answerWith(status: number | null): void
  /** How often it was given a message, taken or not. */
  readonly attempts: number
}

export type MailServerOptions = SMTPServerOptions & { port?: number }

/** @param options `port`: one that a server had before, by default any free one */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const unread: ReceivedMail[] = []
  const waiting: ((mail: ReceivedMail) => void)[] = []
  let status: number | null = null
  let attempts = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    disableReverseLookup: true,
    closeTimeout: 100,
    ...options,
    onData(stream, { envelope, secure }, done) {
      attempts++
      const keep = async () => {
        const raw = await text(stream)
        if (status !== null) throw Object.assign(new Error('not now'), { responseCode: status })
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const mail = { from, to: envelope.rcptTo.map(({ address }) => address), secure, raw, ...readMessage(raw) }
        received.push(mail)
        const waiter = waiting.shift()
        if (waiter === undefined) unread.push(mail)
        else waiter(mail)
      }
      callbackify(keep)(done)
    },
  })
  // Clients that are cut off, and those that do not like its certificate.
  server.on('error', () => {})
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { port } = address
  return {
    port,
    environment: { CURTAIN_SMTP_URL: `smtp://127.0.0.1:${port}`, CURTAIN_MAIL_FROM: 'Harbor Clinic <visits@harbor.example>' },
    received,
    get attempts() {
      return attempts
    },
    next() {
      const mail = unread.shift()
      return mail === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(mail)
    },
    answerWith(wanted) {
      status = wanted
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Reads a message of one plain part (RFC 5322, RFC 2045 §6.7, RFC 2047). */
function readMessage(raw: string): { subject: string; text: string } {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const headers = new Map(
    head.replaceAll(/\r\n\s+/g, ' ').split('\r\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  const content = body.join('\r\n\r\n')
  const encoding = headers.get('content-transfer-encoding')
  const read =
    encoding === 'base64' ? Buffer.from(content, 'base64').toString('utf8')
    : encoding === 'quoted-printable' ? unquoted(content.replaceAll('=\r\n', ''))
    : content
  const subject = (headers.get('subject') ?? '')
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : unquoted(word.replaceAll('_', ' ')),
    )
  return { subject, text: read.replaceAll('\r\n', '\n') }
}

const unquoted = (text: string) =>
  text.replaceAll(/(?:=[0-9A-F]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'))
