import { z } from 'zod'
import { signAwsRequest, type AwsCredentials } from './aws-signature.ts'
import { RootKeyError, type RootKey } from './root-key.ts'
import { postToService } from './service-request.ts'

export interface AwsKmsOptions {
  /** Id, ARN or alias of a symmetric key. */
  keyId: string
  region: string
  /** Such as `https://kms.eu-central-1.amazonaws.com`. */
  endpoint: string
  credentials: AwsCredentials
}

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'))
const encrypted = z.object({ CiphertextBlob: base64 })
const decrypted = z.object({ Plaintext: base64 })
/** `com.amazonaws.kms#DisabledException`: the part behind the sharp is the error's name. */
const failure = z
  .object({ ['__type']: z.string().regex(/^[\w.#]{1,100}$/) })
  .transform((said) => said['__type'].split('#').at(-1))

/** A key in AWS KMS, by Encrypt and Decrypt (AWS KMS API Reference), the context as EncryptionContext. */
export function createAwsKmsRootKey(options: AwsKmsOptions, now: () => Date = () => new Date()): RootKey {
  const { keyId, region, credentials } = options
  const url = new URL('/', options.endpoint)

  async function call<Answer>(operation: 'Encrypt' | 'Decrypt', input: object, answer: z.ZodType<Answer>): Promise<Answer> {
    const body = JSON.stringify({ KeyId: keyId, ...input })
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` }
    const by = { credentials, region, service: 'kms', now: now() }
    const signed = signAwsRequest({ method: 'POST', url, headers, body }, by)
    const { status, body: said } = await postToService('AWS KMS', url, signed, body)
    const parsed = answer.safeParse(said)
    if (status === 200 && parsed.success) return parsed.data
    const name = failure.safeParse(said).data ?? `HTTP ${status}`
    const isPassing = /^(Throttling|DependencyTimeout|KMSInternal)/.test(name)
    throw new RootKeyError(
      isPassing ? 'unreachable' : 'refused',
      `AWS KMS refused to ${operation === 'Encrypt' ? 'wrap' : 'open'} a key: ${name}. ` +
        'Check CURTAIN_AWS_KMS_KEY, the credentials, and what they are allowed.',
    )
  }

  return {
    id: `aws-kms:${keyId}`,
    async wrap(key, context) {
      const input = { Plaintext: Buffer.from(key).toString('base64'), EncryptionContext: context }
      return (await call('Encrypt', input, encrypted)).CiphertextBlob
    },
    async unwrap(wrapped, context) {
      const input = { CiphertextBlob: Buffer.from(wrapped).toString('base64'), EncryptionContext: context }
      return (await call('Decrypt', input, decrypted)).Plaintext
    },
  }
}
