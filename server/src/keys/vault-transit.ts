import { z } from 'zod'
import { contextBytes, RootKeyError, type RootKey } from './root-key.ts'
import { postToService } from './service-request.ts'

export interface VaultTransitOptions {
  /** Such as `https://vault.example:8200`. */
  url: string
  token: string
  /** Where the transit engine is mounted. */
  mount: string
  /** The key's name; of a type with associated data: `aes256-gcm96` or `chacha20-poly1305`. */
  key: string
}

const encrypted = z.object({ data: z.object({ ciphertext: z.string().regex(/^vault:v\d+:[\w+/=]+$/) }) })
const decrypted = z.object({ data: z.object({ plaintext: z.base64() }) })

/** A key in the transit engine of Vault or OpenBao (Vault API, "Encrypt data"), the context as associated data. */
export function createVaultTransitRootKey({ url, token, mount, key }: VaultTransitOptions): RootKey {
  async function call<Answer>(operation: 'encrypt' | 'decrypt', input: object, answer: z.ZodType<Answer>): Promise<Answer> {
    const place = new URL(`/v1/${mount}/${operation}/${encodeURIComponent(key)}`, url)
    const headers = { 'content-type': 'application/json', 'x-vault-token': token, 'x-vault-request': 'true' }
    const { status, body } = await postToService('Vault', place, headers, JSON.stringify(input))
    const parsed = answer.safeParse(body)
    if (status === 200 && parsed.success) return parsed.data
    throw new RootKeyError(
      'refused',
      `Vault refused to ${operation === 'encrypt' ? 'wrap' : 'open'} a key (HTTP ${status}). ` +
        'Check CURTAIN_VAULT_KEY, CURTAIN_VAULT_MOUNT, the token, and what its policy allows.',
    )
  }

  return {
    id: `vault-transit:${mount}/${key}`,
    async wrap(inner, context) {
      const input = {
        plaintext: Buffer.from(inner).toString('base64'),
        associated_data: contextBytes(context).toString('base64'),
      }
      return Buffer.from((await call('encrypt', input, encrypted)).data.ciphertext, 'ascii')
    },
    async unwrap(wrapped, context) {
      const input = {
        ciphertext: Buffer.from(wrapped).toString('ascii'),
        associated_data: contextBytes(context).toString('base64'),
      }
      return Buffer.from((await call('decrypt', input, decrypted)).data.plaintext, 'base64')
    },
  }
}
