import { request } from 'node:http'

/**
 * The server limits what one address may do, and a bench is a whole town behind one. But all of 127.0.0.0/8 is this
 * machine: each address is used a few times, then the next one.
 */
export class LoopbackAddresses {
  readonly #usesOfEach: number
  #uses = 0

  constructor(usesOfEach: number) {
    this.#usesOfEach = usesOfEach
  }

  next(): string {
    const index = Math.floor(this.#uses++ / this.#usesOfEach) + 2
    return `127.${(index >> 16) & 0xff}.${(index >> 8) & 0xff}.${index & 0xff}`
  }
}

/** An answer of the HTTP API. */
export interface Answer {
  status: number
  body: unknown
  /** The cookies that it sets, as they are sent back. */
  cookie: string
}

/** Posts to the HTTP API as a page of this server would, from the given address of this machine. */
export async function post(
  url: string,
  path: string,
  body: unknown,
  from: { localAddress: string; cookie?: string },
): Promise<Answer> {
  const { host, port } = new URL(url)
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path,
        localAddress: from.localAddress,
        agent: false,
        headers: {
          host,
          origin: url,
          'content-type': 'application/json',
          ...(from.cookie === undefined ? {} : { cookie: from.cookie }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const cookie = (incoming.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ')
          resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')), cookie })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(JSON.stringify(body))
  })
}
