import { apiKeyCreated, apiKeyList, type ApiKeyInput } from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

/** The keys by which programs of the organization use the API. */
export const apiKeyCalls = ({ ask, post }: Asking) => ({
  apiKeys: (signal: AbortSignal) => ask('/v1/api-keys', apiKeyList, { signal }),
  createApiKey: (input: ApiKeyInput) => post('/v1/api-keys', apiKeyCreated, input),
  endApiKey: (id: string) => ask(`/v1/api-keys/${id}`, z.unknown(), { method: 'DELETE' }),
})
