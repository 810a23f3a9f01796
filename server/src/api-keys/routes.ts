import { apiKeyCreated, apiKeyId, apiKeyInput, apiKeyList } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { ApiKeys } from './service.ts'

const params = z.object({ apiKeyId })
const tags = ['api-keys']
const security = [{ staffSession: [] }]

/** The keys of an organization. None of these is for a key itself. */
export function apiKeyRoutes(app: HttpApp, { apiKeys, authentication }: { apiKeys: ApiKeys; authentication: Authentication }): void {
  app.get(
    '/v1/api-keys',
    {
      config: { records: ['api-key.listed'] },
      schema: {
        tags,
        summary: 'Every key that was not ended, the newest first',
        security,
        response: { 200: apiKeyList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ apiKeys: await apiKeys.list(await authentication.staff(request)) }),
  )

  app.post(
    '/v1/api-keys',
    {
      config: { records: ['api-key.created'] },
      schema: {
        tags,
        summary: 'Make a key; the answer has its secret, which is told this once',
        security,
        body: apiKeyInput,
        response: { 201: apiKeyCreated, ...problemResponses(true, 'not-signed-in', 'confirmation-needed', 'forbidden') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      return reply.code(201).send(await apiKeys.create(actor, request.body))
    },
  )

  app.delete(
    '/v1/api-keys/:apiKeyId',
    {
      config: { records: ['api-key.ended'] },
      schema: {
        tags,
        summary: 'End a key for good; what is held open by it ends at once',
        security,
        params,
        response: {
          204: z.undefined().describe('Ended'),
          ...problemResponses(true, 'not-signed-in', 'confirmation-needed', 'forbidden', 'not-found'),
        },
      },
    },
    async (request, reply) => {
      await apiKeys.end(await authentication.confirmed(request), request.params.apiKeyId)
      return reply.code(204).send()
    },
  )
}
