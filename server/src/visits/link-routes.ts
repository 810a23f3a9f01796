import { admissionTicket, link, linkExchanged, linkExchangeInput, linkInput, ticketInput, visitId } from '@curtain/protocol'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Admissions } from './admissions.ts'
import type { Links } from './links.ts'

const params = z.object({ visitId })
const tags = ['links']
const comingTo = ['removed', 'refused', 'visit-ended', 'visit-cancelled'] as const

export interface LinkRoutesParts {
  links: Links
  admissions: Admissions
  authentication: Authentication
  cookies: Cookies
}

/** Coming to a visit: links, and the tickets that open the signalling connection. */
export function linkRoutes(app: HttpApp, { links, admissions, authentication, cookies }: LinkRoutesParts): void {
  app.post(
    '/v1/visits/:visitId/links',
    {
      config: { scope: 'visits:write', records: ['link.created'] },
      schema: {
        tags,
        summary: 'A new link for somebody expected, or for a guest; told this once',
        description: 'Earlier links of the same person that nobody used stop working. Whoever was removed or refused may come again, unless an API key asks for it.',
        security: [{ staffSession: [] }],
        params,
        body: linkInput,
        response: {
          201: link,
          ...problemResponses(
            true, 'not-signed-in', 'forbidden', 'not-found', 'participant-not-found', 'visit-ended', 'visit-cancelled',
            'birth-date-missing', 'email-missing', 'mail-not-set-up',
          ),
        },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staffOrKey(request)
      return reply.code(201).send(await links.create(actor, request.params.visitId, request.body))
    },
  )

  app.post(
    '/v1/links/exchange',
    {
      config: { guessable: true, records: ['link.exchanged', 'ticket.issued', 'link.refused', 'link.code-sent', 'link.check-failed'] },
      schema: {
        tags,
        summary: 'Exchange a link for a session of this browser and a ticket: once, and again by the same browser',
        description:
          'A link may ask for something more: a birth date, or a code that it mails. It then answers with that, and is not used ' +
          'up, until the answer is right. Five wrong answers lock it.',
        body: linkExchangeInput,
        response: {
          200: linkExchanged,
          ...problemResponses(
            true, 'link-invalid', 'link-used', 'link-expired', 'link-locked', 'encryption-needed', ...comingTo,
          ),
        },
      },
    },
    async (request, reply) => {
      const { visitId: id } = request.body
      const exchanged = await links.exchange(request.body, cookies.participant(request, id))
      if ('asked' in exchanged) return exchanged.asked
      if (exchanged.token !== null) cookies.setParticipant(reply, id, exchanged.token)
      return exchanged.admission
    },
  )

  app.post(
    '/v1/visits/:visitId/tickets',
    {
      config: { records: ['ticket.issued', 'ticket.refused'] },
      schema: {
        tags,
        summary: 'A new ticket for whoever has a session already',
        security: [{ staffSession: [] }, { participantSession: [] }],
        params,
        body: ticketInput,
        response: {
          200: admissionTicket,
          ...problemResponses(true, 'not-signed-in', 'forbidden', 'not-found', ...comingTo),
        },
      },
    },
    async (request) => {
      const { visitId: id } = request.params
      const { as } = request.body
      const staff = as === 'participant' ? null : await authentication.staffOrNull(request)
      const cookie = cookies.participant(request, id)
      if (staff !== null) return admissions.forStaff(staff, id)
      if (as === 'host' || cookie === undefined) throw new AppError('not-signed-in')
      return admissions.forParticipant(cookie, id)
    },
  )
}
