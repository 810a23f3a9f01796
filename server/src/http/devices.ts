import { newSecret } from '../keys/secrets.ts'
import type { Cookies } from './cookies.ts'
import type { HttpApp } from './http-server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the browser keeps so that an account knows it again; of one that keeps nothing, what it is given when it signs in. */
    deviceSecret: string
  }
}

const secretLength = 43

/** Reads from every request which browser it is. */
export function knowDevices(app: HttpApp, cookies: Pick<Cookies, 'device'>): void {
  app.decorateRequest('deviceSecret', '')
  app.addHook('preValidation', (request, _reply, done) => {
    const kept = cookies.device(request)
    request.deviceSecret = kept?.length === secretLength ? kept : newSecret().secret
    done()
  })
}
