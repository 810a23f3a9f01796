import { clinicianList } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Users } from './service.ts'

/** The staff. */
export function userRoutes(app: HttpApp, { users, authentication }: { users: Users; authentication: Authentication }): void {
  const tags = ['users']
  const security = [{ staffSession: [] }]

  app.get(
    '/v1/clinicians',
    {
      schema: {
        tags,
        summary: 'With whom visits can be planned',
        security,
        response: { 200: clinicianList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ clinicians: await users.clinicians(await authentication.staff(request)) }),
  )
}
