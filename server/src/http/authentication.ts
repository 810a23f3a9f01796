import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { callerOf } from './caller.ts'
import type { HeldSession, Sessions } from '../sessions/service.ts'
import type { ServiceActor, SignedInActor, StaffActor } from '../users/schema.ts'
import type { Cookies } from './cookies.ts'

/** Who a request comes from. */
export interface Authentication {
  /** A member of staff, by their session. No API key is one. @throws AppError `not-signed-in` */
  staff(request: FastifyRequest): Promise<SignedInActor>
  staffOrNull(request: FastifyRequest): Promise<SignedInActor | null>
  /** The same, for what is dangerous. @throws AppError `confirmation-needed` unless they showed a moment ago that it is them */
  confirmed(request: FastifyRequest): Promise<SignedInActor>
  /** A session however far it is, for what completes it alone. @throws AppError `not-signed-in` */
  held(request: FastifyRequest): Promise<HeldSession>
  heldOrNull(request: FastifyRequest): Promise<HeldSession | null>
  /**
   * Whoever may change what protects their account: the same as `confirmed`, or with a session in set-up, which may add what
   * is missing.
   * @throws AppError `not-signed-in`, `confirmation-needed`
   */
  protecting(request: FastifyRequest): Promise<HeldSession>
  /** A member of staff, or an API key: for routes that say by their `scope` which keys may. @throws AppError `not-signed-in` */
  staffOrKey(request: FastifyRequest): Promise<StaffActor>
}

/** @param keyOf the API key that a request was let in with, if it was */
export function createAuthentication(
  cookies: Cookies,
  sessions: Sessions,
  keyOf: (request: FastifyRequest) => ServiceActor | null,
): Authentication {
  const heldOrNull = async (request: FastifyRequest) => {
    // Whoever shows a key is nobody else: no cookie is looked at beside it.
    if (request.headers.authorization !== undefined) return null
    const token = cookies.session(request)
    return token === undefined ? null : sessions.hold(token, callerOf(request))
  }
  const staffOrNull = async (request: FastifyRequest) => {
    const session = await heldOrNull(request)
    return session?.stage === 'whole' ? session.actor : null
  }
  const held = async (request: FastifyRequest) => {
    const session = await heldOrNull(request)
    if (session === null) throw new AppError('not-signed-in')
    return session
  }
  const staff = async (request: FastifyRequest) => {
    const actor = await staffOrNull(request)
    if (actor === null) throw new AppError('not-signed-in')
    return actor
  }
  return {
    staffOrNull,
    staff,
    held,
    heldOrNull,
    async confirmed(request) {
      const actor = await staff(request)
      if (!(await sessions.isConfirmed(actor))) throw new AppError('confirmation-needed')
      return actor
    },
    async protecting(request) {
      const session = await held(request)
      if (session.stage === 'second-factor') throw new AppError('not-signed-in')
      if (session.stage === 'whole' && !(await sessions.isConfirmed(session.actor))) throw new AppError('confirmation-needed')
      return session
    },
    staffOrKey: async (request) => keyOf(request) ?? staff(request),
  }
}
