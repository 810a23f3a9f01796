import { confirmationInput, confirmed, webAuthnOptions } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import { callerOf } from '../http/caller.ts'
import type { Confirmation } from './confirmation.ts'

const tags = ['protection']
const security = [{ staffSession: [] }]

/** Showing again that it is oneself, before something dangerous. */
export function confirmationRoutes(
  app: HttpApp,
  { confirmation, authentication }: { confirmation: Confirmation; authentication: Authentication },
): void {
  app.post(
    '/v1/me/confirmation',
    {
      config: { guessable: true, records: ['session.confirmed', 'session.confirmation-failed', 'passkey.suspect'] },
      schema: {
        tags,
        summary: 'Show again that it is oneself, by password, passkey or authenticator app',
        security,
        body: confirmationInput,
        response: {
          200: confirmed,
          ...problemResponses(true, 'not-signed-in', 'confirmation-failed', 'sign-in-throttled'),
        },
      },
    },
    async (request) => {
      const actor = await authentication.staff(request)
      return { until: (await confirmation.confirm(actor, request.body, callerOf(request))).toISOString() }
    },
  )

  app.post(
    '/v1/me/confirmation/passkey-options',
    {
      config: { records: { nothing: 'What a passkey answers to; showing it is on record.' } },
      schema: {
        tags,
        summary: 'What the browser shows a passkey with, to confirm',
        security,
        response: { 200: webAuthnOptions, ...problemResponses(true, 'not-signed-in', 'confirmation-failed') },
      },
    },
    async (request) => ({ options: await confirmation.passkeyOptions(await authentication.staff(request)) }),
  )
}
