import { patientId, team, teamId, teamInput, teamList, teamsOfPatient, userId } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Teams } from './service.ts'

const tags = ['teams']
const security = [{ staffSession: [] }]
const ofOne = ['not-signed-in', 'forbidden', 'not-found'] as const

/** Care teams: who is in them, and which patients they care for. */
export function teamRoutes(app: HttpApp, { teams, authentication }: { teams: Teams; authentication: Authentication }): void {
  app.get(
    '/v1/teams',
    {
      config: { records: { nothing: 'It tells which staff are in which team, and no patient.' } },
      schema: {
        tags,
        summary: 'Every team with its members, by name',
        security,
        response: { 200: teamList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ teams: await teams.list(await authentication.staff(request)) }),
  )

  app.post(
    '/v1/teams',
    {
      config: { records: ['team.created'] },
      schema: {
        tags,
        summary: 'Make a team',
        security,
        body: teamInput,
        response: { 201: team, ...problemResponses(true, 'not-signed-in', 'forbidden', 'team-name-taken') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staff(request)
      return reply.code(201).send(await teams.create(actor, request.body.name))
    },
  )

  app.patch(
    '/v1/teams/:teamId',
    {
      config: { records: ['team.changed'] },
      schema: {
        tags,
        summary: 'Give a team another name',
        security,
        params: z.object({ teamId }),
        body: teamInput,
        response: { 200: team, ...problemResponses(true, ...ofOne, 'team-name-taken') },
      },
    },
    async (request) => teams.rename(await authentication.staff(request), request.params.teamId, request.body.name),
  )

  const membership = { tags, security, params: z.object({ teamId, userId }), response: { 200: team, ...problemResponses(true, ...ofOne) } }
  app.put(
    '/v1/teams/:teamId/members/:userId',
    {
      config: { records: ['team.member-added'] },
      schema: { ...membership, summary: 'Let somebody see a team’s patients: if they are a clinician, from now on' },
    },
    async (request) => {
      const actor = await authentication.staff(request)
      return teams.addMember(actor, request.params.teamId, request.params.userId)
    },
  )
  app.delete(
    '/v1/teams/:teamId/members/:userId',
    {
      config: { records: ['team.member-removed'] },
      schema: { ...membership, summary: 'Take somebody out of a team' },
    },
    async (request) => {
      const actor = await authentication.staff(request)
      return teams.removeMember(actor, request.params.teamId, request.params.userId)
    },
  )

  app.get(
    '/v1/patients/:patientId/teams',
    {
      config: { records: ['patient.teams-read'] },
      schema: {
        tags,
        summary: 'Which teams care for a patient, by name',
        security,
        params: z.object({ patientId }),
        response: { 200: teamsOfPatient, ...problemResponses(false, ...ofOne) },
      },
    },
    async (request) => teams.ofPatient(await authentication.staff(request), request.params.patientId),
  )

  const care = {
    tags,
    security,
    params: z.object({ patientId, teamId }),
    response: { 200: teamsOfPatient, ...problemResponses(true, ...ofOne) },
  }
  app.put(
    '/v1/patients/:patientId/teams/:teamId',
    {
      config: { records: ['team.patient-added'] },
      schema: { ...care, summary: 'Let a team care for a patient: its clinicians see them from now on' },
    },
    async (request) => {
      const actor = await authentication.staff(request)
      return teams.assign(actor, request.params.patientId, request.params.teamId)
    },
  )
  app.delete(
    '/v1/patients/:patientId/teams/:teamId',
    {
      config: { records: ['team.patient-removed'] },
      schema: { ...care, summary: 'A team does not care for a patient any more' },
    },
    async (request) => {
      const actor = await authentication.staff(request)
      return teams.unassign(actor, request.params.patientId, request.params.teamId)
    },
  )
}
