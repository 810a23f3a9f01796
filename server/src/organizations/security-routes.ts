import { securitySettings, securityState } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import { unmapped } from '../http/client-address.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Security } from './security.ts'

/** How an organization protects its staff's accounts. */
export function securityRoutes(app: HttpApp, parts: { security: Security; authentication: Authentication }): void {
  const { security, authentication } = parts
  const tags = ['organization']

  app.get(
    '/v1/organization/security',
    {
      config: { records: { nothing: 'It tells rules, and nothing that was done by them; changes are on record.' } },
      schema: {
        tags,
        summary: 'How accounts are protected, as an owner, a security officer or an administrator',
        security: [{ staffSession: [] }],
        response: { 200: securityState, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({
      ...(await security.read(await authentication.staff(request))),
      ownAddress: unmapped(request.ip),
    }),
  )

  app.put(
    '/v1/organization/security',
    {
      config: { records: ['organization.security-changed'] },
      schema: {
        tags,
        summary: 'Change how accounts are protected, as an owner',
        description:
          'Holds from the next request of everybody’s on. What would keep the caller out from where they are now is refused.',
        security: [{ staffSession: [] }],
        body: securitySettings,
        response: { 200: securityState, ...problemResponses(true, 'not-signed-in', 'forbidden', 'confirmation-needed', 'locked-out') },
      },
    },
    async (request) => {
      const ownAddress = unmapped(request.ip)
      const actor = await authentication.confirmed(request)
      return { ...(await security.change(actor, request.body, ownAddress)), ownAddress }
    },
  )
}
