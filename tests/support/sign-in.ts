import { me, newAuthenticator, problem, protectionChanged, securitySettings, type SignedIn, type SignInStep, signInStep } from '@curtain/protocol'
import { Secret, TOTP } from 'otpauth'
import type { z } from 'zod'
import type { Database } from '../../server/src/database/database.ts'
import { setConfirmed } from '../../server/src/sessions/stage-store.ts'

/** What somebody signs in with whose password a test did not choose. */
export const password = 'correct horse battery staple'
/** Its hash, made before: most tests are about what comes after a password was set. */
export const passwordHash = '$argon2id$v=19$m=65536,t=5,p=1$b7hBo/M5dKqbxtJcMPwJmA$ghERwisSx5pahv4k+WM1bf/hWdQZX17t76c7cWmvFXc'

/** Whoever talks to the API and keeps its cookie. */
export interface Asker {
  request(method: string, path: string, body?: unknown): Promise<Response>
}

/** Asks, and reads the answer. @throws Error with the code of a refusal */
export async function ask<Schema extends z.ZodType>(
  asker: Asker,
  schema: Schema,
  method: string,
  path: string,
  body?: unknown,
): Promise<z.output<Schema>> {
  const response = await asker.request(method, path, body)
  const answer: unknown = response.status === 204 ? undefined : await response.json()
  if (response.ok) return schema.parse(answer)
  const { code, fields } = problem.parse(answer)
  throw new Error(`${method} ${path}: ${code} ${(fields ?? []).join(' ')}`.trim())
}

/** `ok`, or the code of a refusal. */
export async function outcome(response: Response | Promise<Response>): Promise<string> {
  const answer = await response
  return answer.ok ? 'ok' : problem.parse(await answer.json()).code
}

/** `ok` for whoever is signed in, or the code that they are refused with. */
export const isIn = (asker: Asker): Promise<string> => outcome(asker.request('GET', '/v1/me'))

/** What an authenticator app shows for a secret. @param now Unix time in milliseconds */
export function codeOf(secret: string, now: number = Date.now()): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: now })
}

/** Sets an authenticator app up, as somebody who may. @returns its secret, and where the session stands then */
export async function enrolAuthenticator(asker: Asker): Promise<{ secret: string; step: SignInStep }> {
  const { secret } = await ask(asker, newAuthenticator, 'POST', '/v1/me/authenticator')
  const code = codeOf(secret)
  const { step } = await ask(asker, protectionChanged, 'POST', '/v1/me/authenticator/confirmation', { code })
  return { secret, step }
}

/**
 * Sets Curtain up, and relaxes what it asks of its staff from then on: tests that are about something else sign in with a
 * password alone.
 */
export async function setUpRelaxed(asker: Asker, input: object): Promise<SignedIn> {
  await ask(asker, signInStep, 'POST', '/v1/setup', input)
  await enrolAuthenticator(asker)
  await relax(asker)
  return ask(asker, whole, 'GET', '/v1/sign-in')
}

/**
 * What may be done for five minutes after somebody showed who they are may be done with this session for a day: all tests of a
 * file take longer than five minutes on a slow machine.
 */
export async function stayConfirmed(asker: Asker, { database }: { database: Database }): Promise<void> {
  const { organization, session } = await ask(asker, me, 'GET', '/v1/me')
  const tomorrow = new Date(Date.now() + 24 * 60 * 60_000)
  await database.inOrganization(organization.id, (tx) => setConfirmed(tx, session.id, tomorrow))
}

/** Asks for no second factors any more, as an owner, and takes off their own. */
export async function relax(asker: Asker): Promise<void> {
  const security = await ask(asker, securitySettings, 'GET', '/v1/organization/security')
  await ask(asker, securitySettings, 'PUT', '/v1/organization/security', { ...security, secondFactor: 'optional' })
  await asker.request('DELETE', '/v1/me/authenticator')
}

const whole = signInStep.transform((step) => {
  if (step.next !== 'none') throw new Error(`the way in is not over: ${step.next}`)
  return step
})
