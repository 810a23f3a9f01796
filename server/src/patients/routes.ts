import { patient, patientInput, patientList } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Patients } from './service.ts'

export function patientRoutes(app: HttpApp, parts: { patients: Patients; authentication: Authentication }): void {
  const { patients, authentication } = parts
  const security = [{ staffSession: [] }]
  app.get(
    '/v1/patients',
    {
      schema: {
        tags: ['patients'],
        summary: 'The newest 200 patients; for clinicians, of their own',
        security,
        response: { 200: patientList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ patients: await patients.list(await authentication.staff(request)) }),
  )

  app.post(
    '/v1/patients',
    {
      schema: {
        tags: ['patients'],
        summary: 'Add a patient',
        security,
        body: patientInput,
        response: { 201: patient, ...problemResponses(true, 'not-signed-in', 'forbidden') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staff(request)
      return reply.code(201).send(await patients.create(actor, request.body))
    },
  )
}
