import { reviewList, reviewOverview, reviewQuery, reviewRules, signedOff, signOffInput } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { AuditReviews } from './service.ts'

const tags = ['audit']
const security = [{ staffSession: [] }]

/** The regular review of who did what. */
export function auditReviewRoutes(app: HttpApp, parts: { reviews: AuditReviews; authentication: Authentication }): void {
  const { reviews, authentication } = parts

  app.get(
    '/v1/audit/reviews',
    {
      config: { records: ['review.listed'] },
      schema: {
        tags,
        summary: 'What is to be reviewed, the oldest first, or what was, the latest first; 50 at a time',
        security,
        querystring: reviewQuery,
        response: { 200: reviewList, ...problemResponses(true, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => reviews.list(await authentication.staff(request), request.query),
  )

  app.get(
    '/v1/audit/reviews/overview',
    {
      config: { records: { nothing: 'It counts, and shows nothing of what it counts.' } },
      schema: {
        tags,
        summary: 'How far review has come: what waits, and who reviewed how much in each of the last twelve months',
        security,
        response: { 200: reviewOverview, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => reviews.overview(await authentication.staff(request)),
  )

  app.post(
    '/v1/audit/reviews/sign-off',
    {
      config: { records: ['review.signed-off'] },
      schema: {
        tags,
        summary: 'Say of one or several whether they were justified; never about oneself',
        description: 'Those that a colleague signed off meanwhile, or to which more was added since they were read, are left as they are.',
        security,
        body: signOffInput,
        response: { 200: signedOff, ...problemResponses(true, 'not-signed-in', 'forbidden', 'not-found', 'glass-apart') },
      },
    },
    async (request) => reviews.signOff(await authentication.staff(request), request.body),
  )

  app.get(
    '/v1/audit/reviews/rules',
    {
      config: { records: { nothing: 'The rules say nothing of anybody.' } },
      schema: {
        tags,
        summary: 'What comes up for review',
        security,
        response: { 200: reviewRules, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => reviews.rules(await authentication.staff(request)),
  )

  app.put(
    '/v1/audit/reviews/rules',
    {
      config: { records: ['review.rules-changed'] },
      schema: {
        tags,
        summary: 'Change what comes up for review from now on, as a security officer',
        security,
        body: reviewRules,
        response: { 200: reviewRules, ...problemResponses(true, 'not-signed-in', 'forbidden', 'confirmation-needed') },
      },
    },
    async (request) => reviews.changeRules(await authentication.confirmed(request), request.body),
  )
}
