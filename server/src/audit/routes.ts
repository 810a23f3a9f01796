import {
  auditEventList,
  auditExportInput,
  auditPatientQuery,
  auditPatientsFound,
  auditPeople,
  auditSearch,
  patientId,
  patientLog,
  patientLogQuery,
  savedSearch,
  savedSearchId,
  savedSearchInput,
  savedSearchList,
} from '@curtain/protocol'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import { callerOf } from '../http/caller.ts'
import type { OpenEventStream } from '../http/event-streams.ts'
import type { StreamFile } from '../http/file-streams.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Holder } from '../sessions/endings.ts'
import type { SignedInActor } from '../users/schema.ts'
import type { LogExport, LogExports } from './log-exports.ts'
import type { PatientLogs } from './patient-log.ts'
import type { SavedSearches } from './saved-searches.ts'
import type { LogSearch } from './search.ts'

const tags = ['audit']
const security = [{ staffSession: [] }]
const ofLog = ['not-signed-in', 'forbidden'] as const

const holderOf = (request: FastifyRequest, { organizationId, userId, sessionId }: SignedInActor): Holder => ({
  organizationId,
  userId,
  sessionId,
  address: callerOf(request).address,
})

export interface AuditRoutesParts {
  search: LogSearch
  exports: LogExports
  patientLogs: PatientLogs
  savedSearches: SavedSearches
  authentication: Authentication
  openEventStream: OpenEventStream
  streamFile: StreamFile
}

/** Reading the log: searched, followed, handed out. */
export function auditRoutes(app: HttpApp, parts: AuditRoutesParts): void {
  const { search, exports, patientLogs, savedSearches, authentication, openEventStream, streamFile } = parts

  app.post(
    '/v1/audit/search',
    {
      config: { records: ['audit.searched'] },
      schema: {
        tags,
        summary: 'Events of the log, the newest first',
        security,
        body: auditSearch,
        response: { 200: auditEventList, ...problemResponses(true, ...ofLog) },
      },
    },
    async (request) => search.search(await authentication.staff(request), request.body),
  )

  app.get(
    '/v1/audit/news',
    {
      config: { unstructured: true, records: ['audit.followed'] },
      schema: {
        tags,
        summary: 'A stream of `news` events (text/event-stream), each with the `size` of the log: at first, and when there is more',
        security,
      },
    },
    async (request, reply) => {
      const actor = await authentication.staff(request)
      const { organizationId } = actor
      const stream = await openEventStream(holderOf(request, actor), (tell, stop) =>
        search.follow(actor, (size) => tell('news', { organizationId, size }), stop),
      )
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream)
    },
  )

  app.get(
    '/v1/audit/people',
    {
      config: { records: { nothing: 'It tells the names of colleagues, as every answer from the log does, and no patient.' } },
      schema: {
        tags,
        summary: 'The names of the staff, to ask the log what one of them did',
        security,
        response: { 200: auditPeople, ...problemResponses(false, ...ofLog) },
      },
    },
    async (request) => ({ people: await search.people(await authentication.staff(request)) }),
  )

  // Who is looked for would stay in logs and histories as part of an address.
  app.post(
    '/v1/audit/patients',
    {
      config: { records: ['audit.patient-found'] },
      schema: {
        tags,
        summary: 'Ids of patients to ask the log about, by the whole record number, or the whole name and the birth date',
        security,
        body: auditPatientQuery,
        response: { 200: auditPatientsFound, ...problemResponses(true, ...ofLog) },
      },
    },
    async (request) => patientLogs.find(await authentication.staff(request), request.body),
  )

  app.post(
    '/v1/audit/export',
    {
      config: { unstructured: true, records: ['audit.exported'] },
      schema: {
        tags,
        summary: 'The whole log, as `curtain audit verify` reads it, or events of it as NDJSON, CSV or a FHIR R4 bundle: a file',
        security,
        body: auditExportInput,
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      const begun = Promise.withResolvers<LogExport>()
      const stream = await streamFile(holderOf(request, actor), async () => {
        const file = await exports.begin(actor, request.body)
        begun.resolve(file)
        return file.text
      })
      const { fileName, contentType } = await begun.promise
      return reply.type(contentType).header('content-disposition', `attachment; filename="${fileName}"`).send(stream)
    },
  )

  app.get(
    '/v1/audit/saved-searches',
    {
      config: { records: { nothing: 'It answers searches that somebody may make; making one is on record.' } },
      schema: {
        tags,
        summary: 'Searches that were given a name, by whomever, the newest first',
        security,
        response: { 200: savedSearchList, ...problemResponses(false, ...ofLog) },
      },
    },
    async (request) => ({ searches: await savedSearches.list(await authentication.staff(request)) }),
  )

  app.post(
    '/v1/audit/saved-searches',
    {
      config: { records: ['audit.search-saved'] },
      schema: {
        tags,
        summary: 'Give a search a name, for everybody who reads the log',
        security,
        body: savedSearchInput,
        response: { 201: savedSearch, ...problemResponses(true, ...ofLog) },
      },
    },
    async (request, reply) => reply.code(201).send(await savedSearches.save(await authentication.staff(request), request.body)),
  )

  app.delete(
    '/v1/audit/saved-searches/:savedSearchId',
    {
      config: { records: ['audit.search-removed'] },
      schema: {
        tags,
        summary: 'Remove one of them',
        security,
        params: z.object({ savedSearchId }),
        response: { 204: z.undefined().describe('Removed'), ...problemResponses(true, ...ofLog, 'not-found') },
      },
    },
    async (request, reply) => {
      await savedSearches.remove(await authentication.staff(request), request.params.savedSearchId)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/patients/:patientId/access-log',
    {
      config: { records: ['patient.log-read'] },
      schema: {
        tags: ['patients'],
        summary: 'A patient’s access log: who did what with their record, the newest first',
        security,
        params: z.object({ patientId }),
        body: patientLogQuery,
        response: { 200: patientLog, ...problemResponses(true, ...ofLog, 'not-found') },
      },
    },
    async (request) => patientLogs.read(await authentication.staff(request), request.params.patientId, request.body),
  )
}
