import {
  patient,
  patientChangeInput,
  patientDetails,
  patientErasure,
  patientExport,
  patientHistory,
  patientId,
  patientInput,
  patientList,
  patientMerge,
  patientSearch,
  patientsFound,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { PatientErasures } from './erasure.ts'
import type { PatientExports } from './export.ts'
import type { PatientMerges } from './merge.ts'
import type { PatientSearches } from './search.ts'
import type { Patients } from './service.ts'

const params = z.object({ patientId })
const tags = ['patients']
const security = [{ staffSession: [] }]
const ofOne = ['not-signed-in', 'forbidden', 'not-found'] as const
const gone = ['patient-erased', 'patient-merged'] as const

export interface PatientRoutesParts {
  patients: Patients
  searches: PatientSearches
  authentication: Authentication
}

/** Patients' records, from day to day. */
export function patientRoutes(app: HttpApp, { patients, searches, authentication }: PatientRoutesParts): void {
  app.get(
    '/v1/patients',
    {
      config: { scope: 'patients:read', records: ['patient.listed'] },
      schema: {
        tags,
        summary: 'The newest 200 patients; for clinicians, of their own',
        security,
        response: { 200: patientList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ patients: await patients.list(await authentication.staffOrKey(request)) }),
  )

  app.post(
    '/v1/patients',
    {
      config: { scope: 'patients:write', records: ['patient.created', 'patient.record-number-taken'] },
      schema: {
        tags,
        summary: 'Add a patient',
        security,
        body: patientInput,
        response: { 201: patient, ...problemResponses(true, 'not-signed-in', 'forbidden', 'record-number-taken') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staffOrKey(request)
      return reply.code(201).send(await patients.create(actor, request.body))
    },
  )

  // What is looked for says who somebody is, and would stay in logs and histories as part of an address.
  app.post(
    '/v1/patients/search',
    {
      config: { scope: 'patients:read', records: ['patient.searched'] },
      schema: {
        tags,
        summary: 'Patients by the beginnings of their name, birth date, record number or contact; for clinicians, of their own',
        security,
        body: patientSearch,
        response: { 200: patientsFound, ...problemResponses(true, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => searches.search(await authentication.staffOrKey(request), request.body),
  )

  app.get(
    '/v1/patients/:patientId',
    {
      config: { scope: 'patients:read', records: ['patient.read'] },
      schema: {
        tags,
        summary: 'One patient, and by what right they are seen',
        security,
        params,
        response: { 200: patientDetails, ...problemResponses(false, ...ofOne) },
      },
    },
    async (request) => patients.read(await authentication.staffOrKey(request), request.params.patientId),
  )

  app.patch(
    '/v1/patients/:patientId',
    {
      config: { scope: 'patients:write', records: ['patient.changed', 'patient.record-number-taken'] },
      schema: {
        tags,
        summary: 'Change what is known of a patient; null says that something is not known any more',
        security,
        params,
        body: patientChangeInput,
        response: { 200: patientDetails, ...problemResponses(true, ...ofOne, ...gone, 'record-number-taken') },
      },
    },
    async (request) => patients.change(await authentication.staffOrKey(request), request.params.patientId, request.body),
  )

  app.get(
    '/v1/patients/:patientId/history',
    {
      config: { records: ['patient.history-read'] },
      schema: {
        tags,
        summary: 'Who changed what of a patient, the newest first',
        security,
        params,
        response: { 200: patientHistory, ...problemResponses(false, ...ofOne) },
      },
    },
    async (request) => ({ changes: await patients.history(await authentication.staff(request), request.params.patientId) }),
  )
}

/** What moves, hands out or ends a whole record. */
export function patientRecordRoutes(
  app: HttpApp,
  parts: { merges: PatientMerges; exports: PatientExports; erasures: PatientErasures; authentication: Authentication },
): void {
  const { merges, exports, erasures, authentication } = parts

  app.post(
    '/v1/patients/:patientId/merge',
    {
      config: { records: ['patient.merged'] },
      schema: {
        tags,
        summary: 'Take this record for a double: all that is its becomes the other one’s, for good. The answer is that one',
        security,
        params,
        body: patientMerge,
        response: { 200: patientDetails, ...problemResponses(true, ...ofOne, ...gone, 'patient-in-visit') },
      },
    },
    async (request) => merges.merge(await authentication.staff(request), request.params.patientId, request.body.into),
  )

  app.post(
    '/v1/patients/:patientId/export',
    {
      config: { records: ['patient.exported'] },
      schema: {
        tags,
        summary: 'Everything about a patient, to be handed to them',
        security,
        params,
        response: { 200: patientExport, ...problemResponses(true, ...ofOne, ...gone, 'confirmation-needed') },
      },
    },
    async (request) => exports.export(await authentication.confirmed(request), request.params.patientId),
  )

  app.post(
    '/v1/patients/:patientId/erase',
    {
      config: { records: ['patient.erased'] },
      schema: {
        tags,
        summary: 'Make all that is known of a patient unreadable, in every copy, for good',
        security,
        params,
        body: patientErasure,
        response: {
          204: z.undefined().describe('Erased'),
          ...problemResponses(true, ...ofOne, ...gone, 'confirmation-needed', 'name-mismatch', 'patient-in-visit', 'patient-held'),
        },
      },
    },
    async (request, reply) => {
      await erasures.erase(await authentication.confirmed(request), request.params.patientId, request.body)
      return reply.code(204).send()
    },
  )
}
