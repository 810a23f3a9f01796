import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

/** A stand-in for a service that has a root key: it speaks its HTTP API on loopback, and checks what it is asked. */
export interface KeyService extends AsyncDisposable {
  url: string
  /** What was asked, in order, as the service understood it. */
  asked: { operation: string; context: unknown }[]
  /** Answers everything with this from now on; null: as it should. */
  fail: { status: number; body: object } | null
  /** Does not listen any more. */
  stop(): Promise<void>
}

type Answer = { status: number; body: object }

const key = randomBytes(32)

/** The credentials that the stand-in for AWS KMS knows. */
export const awsCredentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: null }
export const awsRegion = 'eu-central-1'
export const vaultToken = 'hvs.of-the-stand-in'

async function listen(
  answer: (request: IncomingMessage, body: string, asked: KeyService['asked']) => Answer,
): Promise<KeyService> {
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    const { status, body: said } = service.fail ?? answer(request, body, service.asked)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  }
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const stop = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  const service: KeyService = {
    url: `http://127.0.0.1:${address.port}`,
    asked: [],
    fail: null,
    stop,
    [Symbol.asyncDispose]: stop,
  }
  return service
}

function seal(plaintext: Buffer, context: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function open(sealed: Buffer, context: string): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(context))
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    return null
  }
}

const kmsInput = z.object({
  KeyId: z.literal('alias/curtain'),
  EncryptionContext: z.record(z.string(), z.string()),
  Plaintext: z.base64().optional(),
  CiphertextBlob: z.base64().optional(),
})

/** AWS KMS: Encrypt and Decrypt of the key `alias/curtain`, for whoever signs as `awsCredentials`. */
export function startKmsStandIn(): Promise<KeyService> {
  return listen(({ headers, method, url }, body, asked) => {
    const refuse = (name: string): Answer => ({ status: 400, body: { __type: `com.amazonaws.kms#${name}` } })
    if (method !== 'POST' || url !== '/' || !isSigned(headers, body)) return refuse('IncompleteSignatureException')
    const input = kmsInput.safeParse(JSON.parse(body))
    if (!input.success) return refuse('NotFoundException')
    const { EncryptionContext, Plaintext, CiphertextBlob } = input.data
    const context = JSON.stringify(Object.entries(EncryptionContext).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const operation = String(headers['x-amz-target'])
    asked.push({ operation, context: EncryptionContext })
    if (operation === 'TrentService.Encrypt' && Plaintext !== undefined) {
      const sealed = seal(Buffer.from(Plaintext, 'base64'), context)
      return { status: 200, body: { CiphertextBlob: sealed.toString('base64'), KeyId: 'arn', EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } }
    }
    const opened = open(Buffer.from(CiphertextBlob ?? '', 'base64'), context)
    if (opened === null) return refuse('InvalidCiphertextException')
    return { status: 200, body: { Plaintext: opened.toString('base64'), KeyId: 'arn', EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } }
  })
}

/** Signature Version 4 as the service computes it, from what arrived. */
function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const { accessKeyId, secretAccessKey } = awsCredentials
  const time = String(headers['x-amz-date'])
  const day = time.slice(0, 8)
  const scope = `${day}/${awsRegion}/kms/aws4_request`
  const pattern = /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/
  const [, credential, names = '', signature] = pattern.exec(headers.authorization ?? '') ?? []
  const isComplete = ['content-type', 'host', 'x-amz-date', 'x-amz-target'].every((name) => names.split(';').includes(name))
  if (credential !== `${accessKeyId}/${scope}` || !isComplete) return false
  const hash = (of: string) => createHash('sha256').update(of).digest('hex')
  const mac = (by: string | Buffer, of: string) => createHmac('sha256', by).update(of).digest()
  const listed = names.split(';').map((name) => `${name}:${String(headers[name])}\n`).join('')
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(`POST\n/\n\n${listed}\n${names}\n${hash(body)}`)}`
  const signing = mac(mac(mac(mac(`AWS4${secretAccessKey}`, day), awsRegion), 'kms'), 'aws4_request')
  return mac(signing, toSign).toString('hex') === signature
}

const vaultInput = z.object({
  associated_data: z.base64().min(1),
  plaintext: z.base64().optional(),
  ciphertext: z.string().startsWith('vault:v1:').optional(),
})

/** The transit engine of Vault, mounted at `transit`, with the key `curtain`, for the token `vaultToken`. */
export function startVaultStandIn(): Promise<KeyService> {
  return listen(({ headers, method, url }, body, asked) => {
    if (headers['x-vault-token'] !== vaultToken) return { status: 403, body: { errors: ['permission denied'] } }
    const input = vaultInput.safeParse(JSON.parse(body))
    if (method !== 'POST' || !input.success) return { status: 400, body: { errors: ['invalid request'] } }
    const { associated_data: context, plaintext, ciphertext } = input.data
    asked.push({ operation: String(url), context })
    if (url === '/v1/transit/encrypt/curtain' && plaintext !== undefined) {
      return { status: 200, body: { data: { ciphertext: `vault:v1:${seal(Buffer.from(plaintext, 'base64'), context).toString('base64')}` } } }
    }
    if (url !== '/v1/transit/decrypt/curtain' || ciphertext === undefined) return { status: 404, body: { errors: [] } }
    const opened = open(Buffer.from(ciphertext.slice('vault:v1:'.length), 'base64'), context)
    if (opened === null) return { status: 400, body: { errors: ['cipher: message authentication failed'] } }
    return { status: 200, body: { data: { plaintext: opened.toString('base64') } } }
  })
}
