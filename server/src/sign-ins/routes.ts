import { signInList, signInQuery } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { SignIns } from './service.ts'

/** The login log. */
export function signInLogRoutes(app: HttpApp, parts: { signIns: SignIns; authentication: Authentication }): void {
  const { signIns, authentication } = parts
  const security = [{ staffSession: [] }]

  app.get(
    '/v1/me/sign-ins',
    {
      config: { records: { nothing: 'It is about the caller’s own account.' } },
      schema: {
        tags: ['sessions'],
        summary: 'When and from where one’s own account was signed in to, or somebody tried',
        security,
        querystring: signInQuery.pick({ before: true }),
        response: { 200: signInList, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request) => signIns.own(await authentication.staff(request), request.query.before ?? null),
  )

  app.get(
    '/v1/sign-ins',
    {
      config: { records: ['sign-in.listed'] },
      schema: {
        tags: ['users'],
        summary: 'The same of everybody’s accounts, as a security officer',
        security,
        querystring: signInQuery,
        response: { 200: signInList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => signIns.all(await authentication.staff(request), request.query),
  )
}
