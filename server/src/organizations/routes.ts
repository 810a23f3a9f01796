import { organizationSettings, organizationSettingsRead, setupInput, signInStep } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import type { Cookies } from '../http/cookies.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import { callerOf } from '../http/caller.ts'
import { answerStep } from '../sessions/sign-in-routes.ts'
import type { SignIn } from '../sessions/sign-in.ts'
import type { SetupLink } from './service.ts'
import type { Settings } from './settings.ts'

/** Setting Curtain up, once, by the link that its first start prints. */
export function organizationRoutes(app: HttpApp, parts: { setup: SetupLink; signIn: SignIn; cookies: Cookies }): void {
  app.post(
    '/v1/setup',
    {
      config: { guessable: true, records: ['organization.created', 'user.created', 'session.begun'] },
      schema: {
        tags: ['sessions'],
        summary: 'Make the organization and its owner, and begin to sign them in',
        body: setupInput,
        response: { 201: signInStep, ...problemResponses(true, 'setup-link-invalid', 'password-weak') },
      },
    },
    async (request, reply) => {
      const { secret, ...input } = request.body
      const { organizationId, userId } = await parts.setup.redeem(secret, input)
      const opened = await parts.signIn.afterSetUp(organizationId, userId, callerOf(request))
      return reply.code(201).send(answerStep(parts.cookies, reply, opened))
    },
  )
}

/** What an organization decides for all its visits. */
export function settingsRoutes(app: HttpApp, parts: { settings: Settings; authentication: Authentication }): void {
  const { settings, authentication } = parts
  const tags = ['organization']
  const security = [{ staffSession: [] }]

  app.get(
    '/v1/organization/settings',
    {
      config: { records: { nothing: 'It tells what visits can be, which all of the staff may know; changes are on record.' } },
      schema: {
        tags,
        summary: 'The settings of the organization',
        security,
        response: { 200: organizationSettingsRead, ...problemResponses(false, 'not-signed-in') },
      },
    },
    async (request) => settings.read(await authentication.staff(request)),
  )

  app.put(
    '/v1/organization/settings',
    {
      config: { records: ['organization.settings-changed'] },
      schema: {
        tags,
        summary: 'Change the settings of the organization, as its owner or an administrator',
        description: 'Visits made before stay as they were made.',
        security,
        body: organizationSettings,
        response: {
          200: organizationSettingsRead,
          ...problemResponses(true, 'not-signed-in', 'forbidden', 'mail-not-set-up'),
        },
      },
    },
    async (request) => settings.change(await authentication.staff(request), request.body),
  )
}
