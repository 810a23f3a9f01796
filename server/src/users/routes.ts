import { clinicianList, userAccount, userChange, userCreated, userId, userInput, userLink, userList } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Users } from './service.ts'

const params = z.object({ userId })
const tags = ['users']
const security = [{ staffSession: [] }]
const ofOne = ['not-signed-in', 'forbidden', 'not-found'] as const

/** The staff. */
export function userRoutes(app: HttpApp, { users, authentication }: { users: Users; authentication: Authentication }): void {
  app.get(
    '/v1/clinicians',
    {
      config: {
        scope: 'visits:read',
        records: { nothing: 'It tells the names of colleagues with whom visits can be planned, and no patient.' },
      },
      schema: {
        tags,
        summary: 'With whom visits can be planned',
        security,
        response: { 200: clinicianList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ clinicians: await users.clinicians(await authentication.staffOrKey(request)) }),
  )

  app.get(
    '/v1/users',
    {
      config: { records: ['user.listed'] },
      schema: {
        tags,
        summary: 'Every account, by name',
        security,
        response: { 200: userList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => ({ users: await users.list(await authentication.staff(request)) }),
  )

  app.post(
    '/v1/users',
    {
      config: { records: ['user.created', 'user.link-created'] },
      schema: {
        tags,
        summary: 'Make an account; the answer has a link that signs its user in, which is told this once',
        security,
        body: userInput,
        response: { 201: userCreated, ...problemResponses(true, 'not-signed-in', 'forbidden', 'confirmation-needed', 'email-taken') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      return reply.code(201).send(await users.create(actor, request.body))
    },
  )

  app.patch(
    '/v1/users/:userId',
    {
      config: { records: ['user.roles-changed', 'user.suspended', 'user.resumed'] },
      schema: {
        tags,
        summary: 'Change somebody’s roles, suspend them, or let them sign in again',
        description: 'Whoever is suspended loses every session and live visit at once. The last owner stays one.',
        security,
        params,
        body: userChange,
        response: { 200: userAccount, ...problemResponses(true, ...ofOne, 'confirmation-needed', 'last-owner') },
      },
    },
    async (request) => users.change(await authentication.confirmed(request), request.params.userId, request.body),
  )

  app.post(
    '/v1/users/:userId/sign-in-links',
    {
      config: { records: ['user.link-created'] },
      schema: {
        tags,
        summary: 'A new one-time link for somebody who has no password; told this once',
        description: 'Whoever has a password is mailed a link to a new one, which is told to nobody else.',
        security,
        params,
        response: { 201: userLink, ...problemResponses(true, ...ofOne, 'confirmation-needed', 'password-set', 'identity-linked', 'account-suspended') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      return reply.code(201).send(await users.createLink(actor, request.params.userId))
    },
  )
}
