import { setupInput, signedIn } from '@curtain/protocol'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Sessions } from '../sessions/service.ts'
import type { SetupLink } from './service.ts'

/** Setting Curtain up, once, by the link that its first start prints. */
export function organizationRoutes(app: HttpApp, parts: { setup: SetupLink; sessions: Sessions; cookies: Cookies }): void {
  app.post(
    '/v1/setup',
    {
      config: { guessable: true },
      schema: {
        tags: ['sessions'],
        summary: 'Make the organization and its owner, and sign them in',
        body: setupInput,
        response: { 201: signedIn, ...problemResponses(true, 'setup-link-invalid') },
      },
    },
    async (request, reply) => {
      const { secret, ...input } = request.body
      const { organizationId, userId } = await parts.setup.redeem(secret, input)
      const opened = await parts.sessions.openFor(organizationId, userId, 'setup')
      parts.cookies.setSession(reply, opened.token)
      return reply.code(201).send(opened.signedIn)
    },
  )
}
