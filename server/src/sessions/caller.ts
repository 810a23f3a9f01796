import type { FastifyRequest } from 'fastify'

/** Where a request comes from. Neither may be logged. */
export interface Caller {
  /** The client's address, as the trusted proxies tell it. */
  address: string
  userAgent: string | undefined
}

export function callerOf(request: Pick<FastifyRequest, 'ip' | 'headers'>): Caller {
  return { address: request.ip, userAgent: request.headers['user-agent'] }
}
