import { admissionTicket, roomToken, roomTokenExchangeInput, roomTokenId, roomTokenInput, visitId } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { RoomTokens } from './service.ts'

const tags = ['room-tokens']
const security = [{ staffSession: [] }]
const comingTo = ['removed', 'refused', 'visit-ended', 'visit-cancelled'] as const

export interface RoomTokenRoutesParts {
  roomTokens: RoomTokens
  authentication: Authentication
  cookies: Cookies
}

/** Letting people into visits from a program of the organization's own. */
export function roomTokenRoutes(app: HttpApp, { roomTokens, authentication, cookies }: RoomTokenRoutesParts): void {
  app.post(
    '/v1/visits/:visitId/room-tokens',
    {
      config: { scope: 'room-tokens:write', records: ['room-token.created'] },
      schema: {
        tags,
        summary: 'A token that lets one person into the waiting room, once, within five minutes; told this once',
        description: 'Whoever was removed or refused stays out: people invite them again, by a link.',
        security,
        params: z.object({ visitId }),
        body: roomTokenInput,
        response: {
          201: roomToken,
          ...problemResponses(true, 'not-signed-in', 'forbidden', 'not-found', 'participant-not-found', ...comingTo),
        },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staffOrKey(request)
      return reply.code(201).send(await roomTokens.create(actor, request.params.visitId, request.body))
    },
  )

  app.post(
    '/v1/room-tokens/exchange',
    {
      config: { guessable: true, records: ['room-token.exchanged', 'room-token.refused'] },
      schema: {
        tags,
        summary: 'Exchange a token for a ticket, once; with a session of this browser where that is asked for',
        body: roomTokenExchangeInput,
        response: { 200: admissionTicket, ...problemResponses(true, 'room-token-invalid', 'encryption-needed', ...comingTo) },
      },
    },
    async (request, reply) => {
      const { admission, cookie } = await roomTokens.exchange(request.body)
      if (cookie !== null) cookies.setParticipant(reply, admission.visit.id, cookie)
      return admission
    },
  )

  app.delete(
    '/v1/room-tokens/:roomTokenId',
    {
      config: { scope: 'room-tokens:write', records: ['room-token.revoked'] },
      schema: {
        tags,
        summary: 'Take a token back: unused, it is worth nothing any more; whoever came with it is out',
        security,
        params: z.object({ roomTokenId }),
        response: { 204: z.undefined().describe('Taken back'), ...problemResponses(true, 'not-signed-in', 'forbidden', 'not-found') },
      },
    },
    async (request, reply) => {
      await roomTokens.revoke(await authentication.staffOrKey(request), request.params.roomTokenId)
      return reply.code(204).send()
    },
  )
}
