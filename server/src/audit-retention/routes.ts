import { auditRetention, legalHoldId, legalHoldInput, retentionInput } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Retention } from './service.ts'

const tags = ['audit']
const security = [{ staffSession: [] }]

/** For how long the log is kept, and legal holds. */
export function auditRetentionRoutes(app: HttpApp, parts: { retention: Retention; authentication: Authentication }): void {
  const { retention, authentication } = parts

  app.get(
    '/v1/audit/retention',
    {
      config: { records: ['audit.state-read'] },
      schema: {
        tags,
        summary: 'For how long events are kept, what is held, and what was pruned',
        security,
        response: { 200: auditRetention, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => retention.read(await authentication.staff(request)),
  )

  app.put(
    '/v1/audit/retention',
    {
      config: { records: ['log.retention-changed'] },
      schema: {
        tags,
        summary: 'Say for how many years events are kept',
        description: 'Six at least (45 CFR 164.316(b)(2)(i)). Fewer than before hold thirty days later.',
        security,
        body: retentionInput,
        response: { 200: auditRetention, ...problemResponses(true, 'not-signed-in', 'forbidden', 'confirmation-needed') },
      },
    },
    async (request) => retention.keepFor(await authentication.confirmed(request), request.body.years),
  )

  app.post(
    '/v1/audit/holds',
    {
      config: { records: ['log.hold-set'] },
      schema: {
        tags,
        summary: 'Put a legal hold on all of the log, or on what it has about a patient',
        description: 'What is held is not pruned, and such a patient cannot be erased.',
        security,
        body: legalHoldInput,
        response: { 201: auditRetention, ...problemResponses(true, 'not-signed-in', 'forbidden', 'confirmation-needed', 'not-found') },
      },
    },
    async (request, reply) => reply.code(201).send(await retention.hold(await authentication.confirmed(request), request.body)),
  )

  app.delete(
    '/v1/audit/holds/:legalHoldId',
    {
      config: { records: ['log.hold-ended'] },
      schema: {
        tags,
        summary: 'End a legal hold',
        description: 'It holds for another thirty days, so that a mistake can be noticed.',
        security,
        params: z.object({ legalHoldId }),
        response: { 200: auditRetention, ...problemResponses(true, 'not-signed-in', 'forbidden', 'confirmation-needed', 'not-found') },
      },
    },
    async (request) => retention.endHold(await authentication.confirmed(request), request.params.legalHoldId),
  )
}
