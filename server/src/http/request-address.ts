import { runFrom } from '../audit/request-origin.ts'
import type { Keys } from '../keys/keys.ts'
import { unmapped } from './client-address.ts'
import type { HttpApp } from './http-server.ts'

/** Everything that a request causes knows where it came from, for the audit log. To be called before the routes are added. */
export function rememberAddresses(app: HttpApp, keys: Pick<Keys, 'sealer'>): void {
  const originOf = (request: { ip: string }) => ({ address: unmapped(request.ip), keys })
  app.addHook('onRequest', (request, _reply, done) => runFrom(originOf(request), done))
  // Once more: what follows the reading of a body is called by the socket, which knows of no request.
  app.addHook('preValidation', (request, _reply, done) => runFrom(originOf(request), done))
}
