import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { ApiKeyScope, Problem } from '@curtain/protocol'
import cookie from '@fastify/cookie'
import fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { OnRecord } from '../audit/on-record.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { addressGroup, createTrustedProxies } from './client-address.ts'
import { createRateLimiter, type RateLimit } from './rate-limit.ts'
import type { Metrics } from './metrics.ts'
import { problemOf, toAppError } from './problems.ts'
import type { PublicAddress } from './public-address.ts'
import { isSameOrigin } from './same-origin.ts'
import { securityHeaders } from './security-headers.ts'
import { tlsOptions } from './tls.ts'

/** The fastify instance that features add their routes to. */
export type HttpApp = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Guarded by the tighter limit: what somebody may guess at. */
    guessable?: boolean
    /** The scope with which an API key may use it. Without one, no key may. */
    scope?: ApiKeyScope
    /** Answers without a schema: files and streams. */
    unstructured?: boolean
    /** Every route says it, or the server does not start. */
    records: OnRecord
  }
}

/** Limits per address; a clinic behind one address has many people. */
export interface HttpLimits {
  any: RateLimit
  guessable: RateLimit
}
const defaultLimits: HttpLimits = {
  any: { burst: 600, perMinute: 1800 },
  guessable: { burst: 60, perMinute: 60 },
}

const bodyBytes = 64 * 1024
const patience = {
  // How long a client may take over a request, so that many slow ones cannot use the connections up.
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // How long a connection stays open that nobody uses: longer than proxies and clients keep theirs (nginx: a minute). With Node's
  // five seconds a request often meets the end of its connection, and is lost.
  keepAliveTimeout: 75_000,
}

/**
 * The HTTP server with everything that holds for all routes: checked input and output, errors from the one table,
 * security headers, limits, the same-origin check, and a log of route patterns. Routes come from the features.
 */
export function createHttpApp(options: {
  config: Pick<Config, 'tls' | 'trustedProxies'>
  address: PublicAddress
  log: Log
  metrics: Metrics
  limits?: HttpLimits
}): HttpApp {
  const { config, address, log, metrics, limits = defaultLimits } = options
  const proxies = createTrustedProxies(config.trustedProxies)
  const { tls } = config

  const headers = () => ({ ...securityHeaders(address.origins(), address.secure), 'cache-control': 'no-store' })

  const app = fastify({
    // Our own hooks log what may be logged; fastify's logger knows URLs and addresses.
    logger: false,
    bodyLimit: bodyBytes,
    trustProxy: config.trustedProxies.length > 0 ? (hop) => proxies.isTrusted(hop) : false,
    genReqId: () => randomBytes(9).toString('base64url'),
    routerOptions: { maxParamLength: 200 },
    exposeHeadRoutes: false,
    // A path that is none, or has an id longer than any: no hook sees it, and the framework's own answer repeats it.
    frameworkErrors(_error, request, { raw }) {
      const body = problemOf('not-found', { reference: request.id })
      raw.writeHead(body.status, { ...headers(), 'content-type': 'application/problem+json' }).end(JSON.stringify(body))
    },
    // Its own timeouts: fastify's options reach only the servers that fastify makes.
    serverFactory: (handler) =>
      tls === null ? createServer(patience, handler) : createTlsServer({ ...tlsOptions(tls), ...patience }, handler),
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeContentTypeParser('text/plain')
  void app.register(cookie)

  app.addHook('onRoute', (route) => {
    const structured = route.config?.unstructured !== true && route.schema?.hide !== true
    if (structured && route.schema?.response === undefined) throw new Error(`${route.url} has no response schema`)
    if (route.config?.records === undefined) throw new Error(`${route.url} does not say what it puts on record (config.records)`)
  })

  const withinAny = createRateLimiter(limits.any)
  const withinGuessable = createRateLimiter(limits.guessable)
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers())
    const key = addressGroup(request.ip)
    const { guessable = false } = request.routeOptions.config
    if (!withinAny(key) || (guessable && !withinGuessable(key))) return done(new AppError('rate-limited'))
    if (!isSameOrigin(request.method, request.headers, (origin) => address.isOwn(origin))) {
      return done(new AppError('origin-refused'))
    }
    done()
  })

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    const { method, id: reference } = request
    const { statusCode: status, elapsedTime } = reply
    metrics.requestDone({ method, route, status, seconds: elapsedTime / 1000 })
    log.info({ reference, method, route, status, durationMs: Math.round(elapsedTime) }, 'request')
    done()
  })

  app.setErrorHandler((thrown, request, reply) => {
    const error = toAppError(thrown)
    const reference = request.id
    if (error.status >= 500) {
      log.error({ reference, route: request.routeOptions.url, error }, 'request failed')
    }
    if (error.status === 429 || error.status === 503) reply.header('retry-after', error.status === 429 ? '60' : '2')
    return sendProblem(reply, problemOf(error.code, { fields: error.fields, reference }))
  })
  app.setNotFoundHandler((request, reply) => sendProblem(reply, problemOf('not-found', { reference: request.id })))
  return app
}

interface ProblemReply {
  code(status: number): this
  type(contentType: string): this
  serializer(serialize: (body: unknown) => string): this
  send(body: unknown): this
}

/** Sent with a serializer of its own: an error must not depend on the schemas of the route that failed. */
function sendProblem<Reply extends ProblemReply>(reply: Reply, body: Problem): Reply {
  return reply
    .code(body.status)
    .type('application/problem+json')
    .serializer((value) => JSON.stringify(value))
    .send(body)
}
