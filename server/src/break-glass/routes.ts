import {
  breakGlassId,
  breakGlassInput,
  brokenGlass,
  brokenGlassList,
  glassBroken,
  openGlassList,
  reviewInput,
  reviewsWaiting,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { BreakGlass } from './service.ts'

const params = z.object({ breakGlassId })
const tags = ['break-glass']
const security = [{ staffSession: [] }]
const ofOne = ['not-signed-in', 'forbidden', 'not-found'] as const

/** Opening a patient who is not one's own in an emergency, and the review of that. */
export function breakGlassRoutes(app: HttpApp, parts: { breakGlass: BreakGlass; authentication: Authentication }): void {
  const { breakGlass, authentication } = parts

  app.post(
    '/v1/break-glass',
    {
      config: { records: ['patient.glass-broken', 'patient.glass-refused'] },
      schema: {
        tags,
        summary: 'See a patient who is not one’s own, for 30 minutes and for reading alone, by giving a reason',
        description: 'Finds one patient and no other, or answers `not-found`. The security officers are told at once.',
        security,
        body: breakGlassInput,
        response: { 200: glassBroken, ...problemResponses(true, ...ofOne) },
      },
    },
    async (request) => breakGlass.break(await authentication.staff(request), request.body),
  )

  app.get(
    '/v1/break-glass/open',
    {
      config: { records: { nothing: 'It tells the caller by id what they have opened themselves, which is on record.' } },
      schema: {
        tags,
        summary: 'What one sees by broken glass at this moment',
        security,
        response: { 200: openGlassList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ open: await breakGlass.open(await authentication.staff(request)) }),
  )

  app.delete(
    '/v1/break-glass/:breakGlassId',
    {
      config: { records: ['patient.glass-ended'] },
      schema: {
        tags,
        summary: 'End one’s own before its time',
        security,
        params,
        response: { 204: z.undefined().describe('Ended'), ...problemResponses(true, ...ofOne) },
      },
    },
    async (request, reply) => {
      await breakGlass.end(await authentication.staff(request), request.params.breakGlassId)
      return reply.code(204).send()
    },
  )

  app.get(
    '/v1/break-glass',
    {
      config: { records: ['patient.glass-listed'] },
      schema: {
        tags,
        summary: 'Who broke the glass and why: those that wait for review first, then the newest, at most 200',
        security,
        response: { 200: brokenGlassList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => breakGlass.list(await authentication.staff(request)),
  )

  app.get(
    '/v1/break-glass/waiting',
    {
      config: { records: { nothing: 'It tells a number.' } },
      schema: {
        tags,
        summary: 'How many wait for review',
        security,
        response: { 200: reviewsWaiting, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ waiting: await breakGlass.waiting(await authentication.staff(request)) }),
  )

  app.post(
    '/v1/break-glass/:breakGlassId/review',
    {
      config: { records: ['patient.glass-reviewed'] },
      schema: {
        tags,
        summary: 'Say whether it was justified; never about oneself',
        security,
        params,
        body: reviewInput,
        response: { 200: brokenGlass, ...problemResponses(true, ...ofOne, 'glass-open', 'glass-reviewed') },
      },
    },
    async (request) => breakGlass.review(await authentication.staff(request), request.params.breakGlassId, request.body),
  )
}
