import {
  codeInput,
  newAuthenticator,
  newPasskeyInput,
  passkeyChange,
  passkeyId,
  passwordInput,
  protection,
  protectionChanged,
  recoveryCodes,
  userId,
  webAuthnOptions,
} from '@curtain/protocol'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import { callerOf } from '../http/caller.ts'
import { answerStep } from '../sessions/sign-in-routes.ts'
import type { ProtectionChanged } from './change.ts'
import type { Enrolment } from './enrolment.ts'
import type { Factors } from './factors.ts'
import type { PasswordChange } from './password-change.ts'
import type { Reset } from './reset.ts'

export interface ProtectionRoutesParts {
  enrolment: Enrolment
  factors: Factors
  passwordChange: PasswordChange
  reset: Reset
  cookies: Cookies
  authentication: Authentication
}

const tags = ['protection']
const security = [{ staffSession: [] }]
const ofPasskey = z.object({ passkeyId })
/** Whoever has shown a moment ago that it is them, or is setting up what their account lacks. */
const ofProtecting = ['not-signed-in', 'confirmation-needed'] as const

/** What protects one's own account; and taking it off somebody else's who lost it. */
export function protectionRoutes(app: HttpApp, parts: ProtectionRoutesParts): void {
  const { enrolment, factors, passwordChange, reset, cookies, authentication } = parts
  const answer = (reply: FastifyReply, { protection: after, ...progress }: ProtectionChanged) => ({
    protection: after,
    step: answerStep(cookies, reply, progress),
  })

  app.get(
    '/v1/me/protection',
    {
      config: { records: { nothing: 'It is about the caller’s own account.' } },
      schema: {
        tags,
        summary: 'How one’s own account is protected',
        security,
        response: { 200: protection, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request) => factors.read(await authentication.staff(request)),
  )

  app.put(
    '/v1/me/password',
    {
      config: { guessable: true, records: ['password.changed', 'password.refused', 'session.signed-in'] },
      schema: {
        tags,
        summary: 'Set one’s own password',
        description: 'Every other session of the account is over with it.',
        security,
        body: passwordInput,
        response: {
          200: protectionChanged,
          ...problemResponses(
            true, ...ofProtecting, 'forbidden', 'password-wrong', 'password-weak', 'password-reused', 'sign-in-throttled',
          ),
        },
      },
    },
    async (request, reply) => {
      const held = await authentication.protecting(request)
      return answer(reply, await passwordChange.set(held, request.body, callerOf(request)))
    },
  )

  app.post(
    '/v1/me/passkeys/options',
    {
      config: { records: { nothing: 'What a passkey is made with; adding it is on record.' } },
      schema: {
        tags,
        summary: 'What the browser makes a passkey with',
        security,
        response: { 200: webAuthnOptions, ...problemResponses(true, ...ofProtecting) },
      },
    },
    async (request) => ({ options: await enrolment.passkeyOptions(await authentication.protecting(request)) }),
  )

  app.post(
    '/v1/me/passkeys',
    {
      config: { records: ['passkey.added', 'session.signed-in'] },
      schema: {
        tags,
        summary: 'Add a passkey to one’s own account',
        security,
        body: newPasskeyInput,
        response: { 201: protectionChanged, ...problemResponses(true, ...ofProtecting, 'passkey-refused') },
      },
    },
    async (request, reply) => {
      const held = await authentication.protecting(request)
      const changed = await enrolment.addPasskey(held, request.body, callerOf(request))
      return reply.code(201).send(answer(reply, changed))
    },
  )

  app.patch(
    '/v1/me/passkeys/:passkeyId',
    {
      config: { records: ['passkey.renamed'] },
      schema: {
        tags,
        summary: 'Call one’s own passkey something else',
        security,
        params: ofPasskey,
        body: passkeyChange,
        response: { 200: protection, ...problemResponses(true, ...ofProtecting, 'not-found') },
      },
    },
    async (request) =>
      factors.renamePasskey(await authentication.confirmed(request), request.params.passkeyId, request.body.name),
  )

  app.delete(
    '/v1/me/passkeys/:passkeyId',
    {
      config: { records: ['passkey.removed'] },
      schema: {
        tags,
        summary: 'Take a passkey off one’s own account',
        security,
        params: ofPasskey,
        response: { 200: protection, ...problemResponses(true, ...ofProtecting, 'not-found', 'factor-needed') },
      },
    },
    async (request) => factors.removePasskey(await authentication.confirmed(request), request.params.passkeyId),
  )

  app.post(
    '/v1/me/authenticator',
    {
      config: { records: { nothing: 'The app is not in use before it has shown a code, and that is on record.' } },
      schema: {
        tags,
        summary: 'Begin to set an authenticator app up; the answer has its secret, which is told this once',
        description: 'An app that is in use stays in use until the new one has shown a code.',
        security,
        response: { 201: newAuthenticator, ...problemResponses(true, ...ofProtecting) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await enrolment.newAuthenticator(await authentication.protecting(request))),
  )

  app.post(
    '/v1/me/authenticator/confirmation',
    {
      config: { guessable: true, records: ['authenticator.added', 'session.signed-in'] },
      schema: {
        tags,
        summary: 'Put the authenticator app to use, by a code that it shows',
        security,
        body: codeInput,
        response: { 200: protectionChanged, ...problemResponses(true, ...ofProtecting, 'confirmation-failed') },
      },
    },
    async (request, reply) => {
      const held = await authentication.protecting(request)
      return answer(reply, await enrolment.confirmAuthenticator(held, request.body.code, callerOf(request)))
    },
  )

  app.delete(
    '/v1/me/authenticator',
    {
      config: { records: ['authenticator.removed'] },
      schema: {
        tags,
        summary: 'Take the authenticator app off one’s own account',
        security,
        response: { 200: protection, ...problemResponses(true, ...ofProtecting, 'factor-needed') },
      },
    },
    async (request) => factors.removeAuthenticator(await authentication.confirmed(request)),
  )

  app.post(
    '/v1/me/recovery-codes',
    {
      config: { records: ['recovery-codes.made'] },
      schema: {
        tags,
        summary: 'Ten new recovery codes, in place of those there were; told this once',
        security,
        response: { 201: recoveryCodes, ...problemResponses(true, ...ofProtecting) },
      },
    },
    async (request, reply) =>
      reply.code(201).send({ codes: await factors.makeRecoveryCodes(await authentication.confirmed(request)) }),
  )

  app.delete(
    '/v1/users/:userId/protection',
    {
      config: { records: ['user.protection-reset'] },
      schema: {
        tags,
        summary: 'Take every second factor off somebody’s account, who lost theirs',
        description: 'Their sessions end. They sign in with their password and set up anew what the organization asks for.',
        security,
        params: z.object({ userId }),
        response: {
          204: z.undefined().describe('Taken off'),
          ...problemResponses(true, ...ofProtecting, 'forbidden', 'not-found'),
        },
      },
    },
    async (request, reply) => {
      await reset.reset(await authentication.confirmed(request), request.params.userId)
      return reply.code(204).send()
    },
  )
}
