import {
  codeInput,
  forgottenPasswordInput,
  passkeyInput,
  recoveryCodeInput,
  signInInput,
  signInLinkInput,
  signInLinkResult,
  signInStep,
  webAuthnOptions,
  type SignInStep,
} from '@curtain/protocol'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import { callerOf } from '../http/caller.ts'
import type { ForgottenPassword } from './forgotten-password.ts'
import type { Progress } from './progress.ts'
import type { SignIn } from './sign-in.ts'

const tags = ['sessions']
const security = [{ staffSession: [] }]

/** Tells where a session stands, and gives the browser the new token where it has one. */
export function answerStep(cookies: Cookies, reply: FastifyReply, { token, step }: Progress): SignInStep {
  if (token !== null) cookies.setSession(reply, token)
  return step
}

export interface SignInRoutesParts {
  signIn: SignIn
  forgottenPassword: ForgottenPassword
  cookies: Cookies
  authentication: Authentication
}

/** Signing in, step by step: each answer says what is next. */
export function signInRoutes(
  app: HttpApp,
  { signIn, forgottenPassword, cookies, authentication }: SignInRoutesParts,
): void {
  const answer = (reply: FastifyReply, progress: Progress) => answerStep(cookies, reply, progress)

  app.post(
    '/v1/sign-in',
    {
      config: { guessable: true, records: ['session.begun', 'session.signed-in', 'session.sign-in-failed'] },
      schema: {
        tags,
        summary: 'Sign in with e-mail address and password',
        description: 'The cookie that comes with the answer opens nothing but the next step, until the step is `none`.',
        body: signInInput,
        response: { 200: signInStep, ...problemResponses(true, 'sign-in-failed', 'sign-in-throttled', 'address-not-allowed') },
      },
    },
    async (request, reply) => {
      const { email, password } = request.body
      return answer(reply, await signIn.byPassword(email, password, callerOf(request)))
    },
  )

  app.post(
    '/v1/sign-in-links/exchange',
    {
      config: { guessable: true, records: ['session.begun', 'session.signed-in', 'session.sign-in-failed'] },
      schema: {
        tags,
        summary: 'Sign in with a one-time link',
        body: signInLinkInput,
        response: { 200: signInLinkResult, ...problemResponses(true, 'sign-in-link-invalid', 'address-not-allowed') },
      },
    },
    async (request, reply) => {
      const opened = await signIn.byLink(request.body.secret, callerOf(request))
      return { step: answer(reply, opened), visitId: opened.visitId }
    },
  )

  app.post(
    '/v1/sign-in/forgotten',
    {
      config: { guessable: true, records: ['user.password-forgotten'] },
      schema: {
        tags,
        summary: 'Have a one-time link mailed that leads to a new password',
        description: 'Answered alike whether there is such an account or not.',
        body: forgottenPasswordInput,
        response: { 204: z.undefined().describe('Mailed, if there is such an account'), ...problemResponses(true, 'mail-not-set-up') },
      },
    },
    async (request, reply) => {
      await forgottenPassword.ask(request.body.email, callerOf(request))
      return reply.code(204).send()
    },
  )

  app.get(
    '/v1/sign-in',
    {
      config: { records: ['session.signed-in'] },
      schema: {
        tags,
        summary: 'Where this browser stands on its way in',
        description: 'Looks again at what the account still needs: where that is nothing any more, the session is whole with this answer.',
        security,
        response: { 200: signInStep, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request, reply) => answer(reply, await signIn.step(await authentication.held(request), callerOf(request))),
  )

  app.post(
    '/v1/sign-in/passkey/options',
    {
      config: { guessable: true, records: { nothing: 'What a passkey answers to; showing it is on record.' } },
      schema: {
        tags,
        summary: 'What the browser shows a passkey with',
        security,
        response: { 200: webAuthnOptions, ...problemResponses(true, 'not-signed-in', 'second-factor-failed') },
      },
    },
    async (request) => ({ options: await signIn.passkeyOptions(await authentication.held(request)) }),
  )

  app.post(
    '/v1/sign-in/passkey',
    {
      config: { guessable: true, records: ['session.signed-in', 'session.sign-in-failed', 'passkey.suspect'] },
      schema: {
        tags,
        summary: 'Show a passkey',
        security,
        body: passkeyInput,
        response: { 200: signInStep, ...problemResponses(true, 'not-signed-in', 'second-factor-failed') },
      },
    },
    async (request, reply) => {
      const held = await authentication.held(request)
      return answer(reply, await signIn.byPasskey(held, request.body.response, callerOf(request)))
    },
  )

  app.post(
    '/v1/sign-in/code',
    {
      config: { guessable: true, records: ['session.signed-in', 'session.sign-in-failed'] },
      schema: {
        tags,
        summary: 'Show a code of the authenticator app',
        security,
        body: codeInput,
        response: { 200: signInStep, ...problemResponses(true, 'not-signed-in', 'second-factor-failed', 'sign-in-throttled') },
      },
    },
    async (request, reply) => {
      const held = await authentication.held(request)
      return answer(reply, await signIn.byCode(held, request.body.code, callerOf(request)))
    },
  )

  app.post(
    '/v1/sign-in/recovery-code',
    {
      config: { guessable: true, records: ['session.signed-in', 'session.sign-in-failed'] },
      schema: {
        tags,
        summary: 'Use one of the recovery codes up',
        security,
        body: recoveryCodeInput,
        response: { 200: signInStep, ...problemResponses(true, 'not-signed-in', 'second-factor-failed', 'sign-in-throttled') },
      },
    },
    async (request, reply) => {
      const held = await authentication.held(request)
      return answer(reply, await signIn.byRecoveryCode(held, request.body.code, callerOf(request)))
    },
  )
}
