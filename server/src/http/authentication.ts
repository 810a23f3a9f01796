import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Sessions } from '../sessions/service.ts'
import type { StaffActor } from '../users/schema.ts'
import type { Cookies } from './cookies.ts'

/** Who a request comes from. */
export interface Authentication {
  /** @throws AppError `not-signed-in` */
  staff(request: FastifyRequest): Promise<StaffActor>
  staffOrNull(request: FastifyRequest): Promise<StaffActor | null>
}

export function createAuthentication(cookies: Cookies, sessions: Sessions): Authentication {
  const staffOrNull = async (request: FastifyRequest) => {
    const token = cookies.session(request)
    return token === undefined ? null : sessions.authenticate(token)
  }
  return {
    staffOrNull,
    async staff(request) {
      const actor = await staffOrNull(request)
      if (actor === null) throw new AppError('not-signed-in')
      return actor
    },
  }
}
