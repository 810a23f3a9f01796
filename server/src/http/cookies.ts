import type { VisitId } from '@curtain/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'

const daySeconds = 24 * 60 * 60
/** As long as browsers keep a cookie (RFC 6265bis §5.6.2). */
const deviceSeconds = 400 * daySeconds

/**
 * The cookies. Under https they have the `__Host-` prefix (RFC 6265bis §4.1.3.2), so that no other host can set them. On
 * loopback http, where browsers do not take the prefix, the port is in no name: two Curtains on one machine share them.
 */
export interface Cookies {
  /** For the API's description. */
  readonly sessionName: string
  session(request: FastifyRequest): string | undefined
  /** Of a browser that signs in; it is known again by another cookie from then on, which opens nothing. */
  setSession(reply: FastifyReply, token: string): void
  clearSession(reply: FastifyReply): void
  device(request: FastifyRequest): string | undefined
  /** Of a browser on its way to an identity provider and back. */
  identityFlow(request: FastifyRequest): string | undefined
  setIdentityFlow(reply: FastifyReply, secret: string): void
  clearIdentityFlow(reply: FastifyReply): void
  participant(request: FastifyRequest, visitId: VisitId): string | undefined
  setParticipant(reply: FastifyReply, visitId: VisitId, token: string): void
}

export function createCookies(secure: boolean): Cookies {
  const prefix = secure ? '__Host-' : ''
  const sessionName = `${prefix}curtain-session`
  const deviceName = `${prefix}curtain-device`
  const identityFlowName = `${prefix}curtain-identity-flow`
  const participantName = (visitId: VisitId) => `${prefix}curtain-visit-${visitId}`
  const always = { path: '/', httpOnly: true, secure }
  return {
    sessionName,
    session: (request) => request.cookies[sessionName],
    // Lax: a link to a visit in an e-mail should find the reader signed in, and an identity provider leads back from its site.
    setSession(reply, token) {
      reply.setCookie(sessionName, token, { ...always, sameSite: 'lax' })
      reply.setCookie(deviceName, reply.request.deviceSecret, { ...always, sameSite: 'lax', maxAge: deviceSeconds })
    },
    device: (request) => request.cookies[deviceName],
    clearSession: (reply) => void reply.clearCookie(sessionName, { ...always, sameSite: 'lax' }),
    identityFlow: (request) => request.cookies[identityFlowName],
    // Lax: the provider leads back here from its own site.
    setIdentityFlow: (reply, secret) =>
      void reply.setCookie(identityFlowName, secret, { ...always, sameSite: 'lax', maxAge: 10 * 60 }),
    clearIdentityFlow: (reply) => void reply.clearCookie(identityFlowName, { ...always, sameSite: 'lax' }),
    participant: (request, visitId) => request.cookies[participantName(visitId)],
    // Strict: it is only ever sent by the visit's own page. It outlives a browser that is closed during the visit.
    setParticipant: (reply, visitId, token) =>
      void reply.setCookie(participantName(visitId), token, { ...always, sameSite: 'strict', maxAge: 2 * daySeconds }),
  }
}
