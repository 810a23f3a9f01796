import type { ApiKeyScope } from '@curtain/protocol'
import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { OnRecord } from '../audit/on-record.ts'
import type { HttpApp } from './http-server.ts'

declare module 'fastify' {
  interface FastifySchema {
    'x-audit-events'?: OnRecord
  }
}

/** Describes the API from the routes' own schemas, at /openapi.json. Registered before the routes it describes. */
export function openApi(app: HttpApp, { version, sessionCookie }: { version: string; sessionCookie: string }): void {
  void app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Curtain',
        description:
          'Private, self-hosted video visits. Errors are problem details (RFC 9457) with a stable `code`; requests that ' +
          'change something come from the same origin.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'sessions', description: 'Signing in and out' },
        { name: 'protection', description: 'What shows that it is you: passwords, passkeys, authenticator apps, recovery codes' },
        { name: 'organization', description: 'What an organization decides for all its visits' },
        { name: 'users', description: 'The staff' },
        { name: 'identity providers', description: 'Signing in by an organization’s own OpenID Connect provider' },
        { name: 'api-keys', description: 'How programs of the organization use this API' },
        { name: 'patients' },
        { name: 'teams', description: 'Staff who care for the same patients' },
        { name: 'break-glass', description: 'Seeing a patient who is not one’s own in an emergency' },
        { name: 'visits', description: 'Planning visits' },
        { name: 'links', description: 'Coming to a visit' },
        { name: 'room-tokens', description: 'Letting people into a visit from a program of the organization’s own' },
        { name: 'audit', description: 'The audit log' },
        { name: 'operation', description: 'For whoever runs the server' },
      ],
      components: {
        securitySchemes: {
          staffSession: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'A member of staff' },
          apiKey: {
            type: 'http',
            scheme: 'basic',
            description: 'A program: the id of an API key as the user, its secret as the password; where it is named, with the scope that the key needs',
          },
          participantSession: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie.replace('curtain-session', 'curtain-visit-{visitId}'),
            description: 'A browser that exchanged a link of the visit',
          },
        },
      },
    },
    transform: (route) => withRecords(withScope(jsonSchemaTransform(route), route.route.config?.scope), route.route.config?.records),
  })
  app.get(
    '/openapi.json',
    {
      config: { records: { nothing: 'It describes the API, and is the same for everybody.' } },
      schema: {
        tags: ['operation'],
        summary: 'This description',
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    () => ({ ...app.swagger() }),
  )
}

type Transformed = ReturnType<typeof jsonSchemaTransform>

/** A route that API keys may use says with which scope (OpenAPI 3.1.0 §4.8.30). */
function withScope({ schema, url }: Transformed, scope: ApiKeyScope | undefined): Transformed {
  if (scope === undefined) return { schema, url }
  return { url, schema: { ...schema, security: [...(schema.security ?? []), { apiKey: [scope] }] } }
}

/** And every route what is in the audit log by it, or why that is nothing. */
function withRecords({ schema, url }: Transformed, records: OnRecord | undefined): Transformed {
  return records === undefined ? { schema, url } : { url, schema: { ...schema, 'x-audit-events': records } }
}
