import { useHeader } from '@curtain/protocol'
import type { FastifyRequest } from 'fastify'
import { unmapped } from './client-address.ts'

/** Where a request comes from. None of it may be logged. */
export interface Caller {
  /** The client's address, as the trusted proxies tell it. */
  address: string
  userAgent: string | undefined
  /** What the browser keeps, or is about to keep, so that an account knows it again. */
  deviceSecret?: string
  /** Nobody caused the request: a page that reads again by itself. */
  isBackground?: boolean
}

export function callerOf(request: Pick<FastifyRequest, 'ip' | 'headers' | 'deviceSecret'>): Caller {
  return {
    address: unmapped(request.ip),
    userAgent: request.headers['user-agent'],
    deviceSecret: request.deviceSecret,
    // A browser sends no header of ours with a stream of events, and opens it again by itself.
    isBackground: request.headers[useHeader] === 'background' || request.headers.accept === 'text/event-stream',
  }
}
