import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpApp } from './http-server.ts'

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
        { name: 'organization', description: 'What an organization decides for all its visits' },
        { name: 'users', description: 'The staff' },
        { name: 'patients' },
        { name: 'teams', description: 'Staff who care for the same patients' },
        { name: 'break-glass', description: 'Seeing a patient who is not one’s own in an emergency' },
        { name: 'visits', description: 'Planning visits' },
        { name: 'links', description: 'Coming to a visit' },
        { name: 'operation', description: 'For whoever runs the server' },
      ],
      components: {
        securitySchemes: {
          staffSession: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'A member of staff' },
          participantSession: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie.replace('curtain-session', 'curtain-visit-{visitId}'),
            description: 'A browser that exchanged a link of the visit',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
  app.get(
    '/openapi.json',
    {
      schema: {
        tags: ['operation'],
        summary: 'This description',
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    () => ({ ...app.swagger() }),
  )
}
