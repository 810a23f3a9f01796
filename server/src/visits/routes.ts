import { patientId, type Visit, visit, visitChange, visitCreated, visitId, visitInput, visitList, visitListQuery, type VisitId } from '@curtain/protocol'
import type { FastifyContextConfig } from 'fastify'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { StaffActor } from '../users/schema.ts'
import type { Visits } from './service.ts'

const params = z.object({ visitId })
const tags = ['visits']
const security = [{ staffSession: [] }]
const ofOne = ['not-signed-in', 'forbidden', 'not-found'] as const

/** Planning visits. */
export function visitRoutes(app: HttpApp, parts: { visits: Visits; authentication: Authentication }): void {
  const { visits, authentication } = parts

  app.get(
    '/v1/visits',
    {
      config: { scope: 'visits:read', records: ['visit.listed'] },
      schema: {
        tags,
        summary: 'The visits that start in a span of time; for clinicians, their own',
        security,
        querystring: visitListQuery,
        response: { 200: visitList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => {
      const actor = await authentication.staffOrKey(request)
      const { from, to } = request.query
      return { visits: await visits.list(actor, new Date(from), new Date(to)) }
    },
  )

  app.get(
    '/v1/patients/:patientId/visits',
    {
      config: { scope: 'visits:read', records: ['visit.listed'] },
      schema: {
        tags,
        summary: 'The visits of a patient that one may see, the newest first',
        security,
        params: z.object({ patientId }),
        response: { 200: visitList, ...problemResponses(false, ...ofOne) },
      },
    },
    async (request) => ({ visits: await visits.ofPatient(await authentication.staffOrKey(request), request.params.patientId) }),
  )

  app.post(
    '/v1/visits',
    {
      config: { scope: 'visits:write', records: ['visit.created', 'patient.created', 'link.created'] },
      schema: {
        tags,
        summary: "Plan a visit; the answer has the patient's link, which is told this once",
        security,
        body: visitInput,
        response: {
          201: visitCreated,
          ...problemResponses(
            true, ...ofOne, 'clinician-needed', 'transport-not-allowed', 'birth-date-missing', 'email-missing', 'mail-not-set-up',
          ),
        },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staffOrKey(request)
      return reply.code(201).send(await visits.create(actor, request.body))
    },
  )

  app.get(
    '/v1/visits/:visitId',
    {
      config: { scope: 'visits:read', records: ['visit.read'] },
      schema: { tags, summary: 'One visit', security, params, response: { 200: visit, ...problemResponses(false, ...ofOne) } },
    },
    async (request) => visits.read(await authentication.staffOrKey(request), request.params.visitId),
  )

  app.patch(
    '/v1/visits/:visitId',
    {
      config: { scope: 'visits:write', records: ['visit.changed'] },
      schema: {
        tags,
        summary: 'Change time, length or reason',
        security,
        params,
        body: visitChange,
        response: { 200: visit, ...problemResponses(true, ...ofOne, 'visit-state') },
      },
    },
    async (request) => visits.change(await authentication.staffOrKey(request), request.params.visitId, request.body),
  )

  const ending = (name: 'cancel' | 'no-show' | 'end', config: FastifyContextConfig, summary: string, end: End) =>
    app.post(
      `/v1/visits/:visitId/${name}`,
      {
        config,
        schema: {
          tags,
          summary,
          security,
          params,
          response: { 200: visit, ...problemResponses(true, ...ofOne, 'visit-state') },
        },
      },
      async (request) => end(await authentication.staffOrKey(request), request.params.visitId),
    )
  const cancelled: FastifyContextConfig = { scope: 'visits:write', records: ['visit.cancelled'] }
  ending('cancel', cancelled, 'Call a visit off; its links stop working', (actor, id) => visits.cancel(actor, id))
  const noShow: FastifyContextConfig = { scope: 'visits:write', records: ['visit.no-show'] }
  ending('no-show', noShow, 'Say that the patient did not come', (actor, id) => visits.noShow(actor, id))
  // For those who hold it alone: no key may.
  ending('end', { records: ['visit.ended'] }, 'End a visit for everybody', (actor, id) => visits.end(actor, id))
}

type End = (actor: StaffActor, id: VisitId) => Promise<Visit>
