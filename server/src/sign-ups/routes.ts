import {
  admitted,
  invitationInput,
  invited,
  joinPage,
  organizationId,
  signUpApproval,
  signUpConfirmation,
  signUpId,
  signUpInput,
  signUpList,
  signUpReceived,
  signUpSettings,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import { mayManageRoles } from '../users/policy.ts'
import type { SignUps } from './service.ts'

const params = z.object({ signUpId })
const tags = ['users']
const security = [{ staffSession: [] }]
const ofOne = ['not-signed-in', 'forbidden', 'not-found', 'sign-up-over'] as const

/** Asking for an account, and deciding who has one. */
export function signUpRoutes(app: HttpApp, { signUps, authentication }: { signUps: SignUps; authentication: Authentication }): void {
  app.get(
    '/v1/join/:organizationId',
    {
      config: { guessable: true, records: { nothing: 'It tells the name of the organization to whoever has its address for this.' } },
      schema: {
        tags,
        summary: 'Whose account can be asked for here',
        params: z.object({ organizationId }),
        response: { 200: joinPage, ...problemResponses(false, 'join-closed') },
      },
    },
    (request) => signUps.joinPage(request.params.organizationId),
  )

  app.post(
    '/v1/sign-ups',
    {
      config: { guessable: true, records: ['sign-up.received'] },
      schema: {
        tags,
        summary: 'Ask for an account; somebody of the organization decides',
        description: 'The answer is the same whether or not there is an account with this address, or a request.',
        body: signUpInput,
        response: { 202: signUpReceived, ...problemResponses(true, 'join-closed') },
      },
    },
    async (request, reply) => reply.code(202).send(await signUps.receive(request.body)),
  )

  app.post(
    '/v1/sign-ups/confirm',
    {
      config: { guessable: true, records: ['sign-up.confirmed'] },
      schema: {
        tags,
        summary: 'Confirm an e-mail address by what was mailed to it',
        body: signUpConfirmation,
        response: { 204: z.undefined().describe('Confirmed'), ...problemResponses(true, 'sign-up-link-invalid') },
      },
    },
    async (request, reply) => {
      await signUps.confirm(request.body.secret)
      return reply.code(204).send()
    },
  )

  app.get(
    '/v1/sign-ups',
    {
      config: { records: ['sign-up.listed'] },
      schema: {
        tags,
        summary: 'Everybody who asks for an account or was proposed for one',
        security,
        response: { 200: signUpList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => signUps.list(await authentication.staff(request)),
  )

  app.put(
    '/v1/sign-ups/settings',
    {
      config: { records: ['organization.sign-ups-changed'] },
      schema: {
        tags,
        summary: 'Let people ask for an account themselves, or no longer',
        security,
        body: signUpSettings,
        response: { 200: signUpSettings, ...problemResponses(true, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => signUps.setOpen(await authentication.staff(request), request.body.open),
  )

  app.post(
    '/v1/sign-ups/:signUpId/approve',
    {
      config: { records: ['user.created', 'identity.linked', 'sign-up.approved', 'user.link-created'] },
      schema: {
        tags,
        summary: 'Make the account, with these roles',
        description: 'Not by who proposed it. The link for the first sign-in is mailed, or else told here, this once.',
        security,
        params,
        body: signUpApproval,
        response: { 201: admitted, ...problemResponses(true, ...ofOne, 'confirmation-needed', 'email-taken') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      return reply.code(201).send(await signUps.approve(actor, request.params.signUpId, request.body.roles))
    },
  )

  app.post(
    '/v1/sign-ups/:signUpId/refuse',
    {
      config: { records: ['sign-up.refused'] },
      schema: {
        tags,
        summary: 'Do not; nothing is kept of who asked',
        security,
        params,
        response: { 204: z.undefined().describe('Refused'), ...problemResponses(true, ...ofOne) },
      },
    },
    async (request, reply) => {
      await signUps.refuse(await authentication.staff(request), request.params.signUpId)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/invitations',
    {
      config: { records: ['user.created', 'user.link-created', 'sign-up.received'] },
      schema: {
        tags,
        summary: 'Ask for a colleague to have an account; made at once where the caller may make it',
        security,
        body: invitationInput,
        response: { 201: invited, ...problemResponses(true, 'not-signed-in', 'forbidden', 'confirmation-needed', 'email-taken') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.staff(request)
      // Making an account is dangerous; asking for one is not.
      if (mayManageRoles(actor, request.body.roles)) await authentication.confirmed(request)
      return reply.code(201).send(await signUps.invite(actor, request.body))
    },
  )
}
