import { apiKeyId, limits as protocolLimits, organizationId as organizationIdSchema, sessionId as sessionIdSchema } from '@curtain/protocol'
import { createAlertDeliveries } from './alerts/deliveries.ts'
import { createAlertWatch } from './alerts/watch.ts'
import { apiRoutes } from './api.ts'
import { createLogNews } from './audit/news.ts'
import { guardKeys } from './api-keys/guard.ts'
import { createKeyCheck } from './api-keys/key-check.ts'
import { createLogFollower } from './audit/follow.ts'
import { openDestinations } from './audit/destinations/open.ts'
import { startLogKeeping } from './audit/keeping.ts'
import { reviewFollower } from './audit-reviews/service.ts'
import { watchForReview } from './audit-reviews/watch.ts'
import { startPruning } from './audit-retention/prune.ts'
import { readyToSeal } from './audit/request-origin.ts'
import { createBreakGlass } from './break-glass/service.ts'
import { recordExpiredGlass } from './break-glass/sweep.ts'
import { lockDataFolder } from './database/data-lock.ts'
import { ensureDataFolder } from './database/data-folder.ts'
import type { Database } from './database/database.ts'
import { startDatabase, type DatabaseRoles } from './database/start-database.ts'
import type { Config } from './config.ts'
import { createAuthentication } from './http/authentication.ts'
import { createTrustedProxies } from './http/client-address.ts'
import { createCookies } from './http/cookies.ts'
import { knowDevices } from './http/devices.ts'
import { healthRoutes } from './http/health.ts'
import { createHttpApp, type HttpLimits } from './http/http-server.ts'
import { createMetrics } from './http/metrics.ts'
import { openApi } from './http/openapi.ts'
import { pageRoutes } from './http/pages.ts'
import { createPublicAddress } from './http/public-address.ts'
import { rememberAddresses } from './http/request-address.ts'
import type { Keys } from './keys/keys.ts'
import { openKeys } from './keys/open-keys.ts'
import { createRosterAuthorities } from './keys/roster-key.ts'
import { createLog, type Log } from './log.ts'
import { createMailOutbox, type MailOutbox } from './mail/outbox.ts'
import { createSmtpSender } from './mail/smtp.ts'
import { openRoomMedia } from './media/room-media.ts'
import { turnServer } from './media/turn.ts'
import { startWorkerPool } from './media/worker-pool.ts'
import { createSetupLink } from './organizations/service.ts'
import { createPatients, type Patients } from './patients/service.ts'
import { settlePatients } from './patients/settling.ts'
import { relyingParty } from './protection/web-authn.ts'
import type { RoomLimits } from './rooms/member.ts'
import { createRooms, type Rooms } from './rooms/rooms.ts'
import { createSessionEndings, type Holder } from './sessions/endings.ts'
import { createSessions, type Sessions } from './sessions/service.ts'
import { createSignIn, type SignIn } from './sessions/sign-in.ts'
import { createThrottles } from './sessions/throttle.ts'
import { createSessionWatch, type Standing } from './sessions/watch.ts'
import { createSignInLog } from './sign-ins/log.ts'
import { attachSignalling } from './signalling/signalling.ts'
import { reopenAbandonedVisits } from './visits/abandoned.ts'
import { adoptLegacyFields } from './visits/adoption.ts'
import { createVisitChanges } from './visits/changes.ts'
import { createVisitRecords } from './visits/records.ts'
import { createVisits, type Visits } from './visits/service.ts'
import { createTickets } from './visits/tickets.ts'
import packageFile from '../package.json' with { type: 'json' }

export { ConfigError, readConfig, type Config } from './config.ts'
export { prepareDemo } from './demo.ts'
export { openAccess, resetAccess } from './access-commands.ts'
export { exportAudit, latestCheckpoints, replaceLogKey } from './audit-commands.ts'
export { recoverySheet, restoreRootKey, rotateKeys } from './key-commands.ts'
export const version = packageFile.version

/** A Curtain that serves. */
export interface RunningServer {
  /** Where people reach it, such as `http://localhost:8080`. */
  readonly url: string
  /** The one-time link that makes the organization; null once there is one. For the terminal only. */
  readonly setupUrl: string | null
  /** What the command line needs of the inside. */
  readonly parts: { database: Database; keys: Keys; sessions: Sessions; signIn: SignIn; mail: MailOutbox; patients: Patients; visits: Visits }
  /** Tells clients to come back, lets requests finish, and stops everything that was started. May be called twice. */
  close(): Promise<void>
}

export interface ServerOptions {
  log?: Log
  /** A running PostgreSQL to use instead of what the config says. */
  databaseRoles?: DatabaseRoles
  limits?: HttpLimits
  /** Where other than `limits` of the protocol. */
  roomLimits?: Partial<RoomLimits>
}

/** When clients that were told that the server stops ask again. */
const retryMs = 2_000
/** How soon after its end the end of broken glass is on record. */
const sweepMs = 30_000
/** How long requests under way may take to finish when the server stops. */
const finishMs = 3_000

/**
 * Starts Curtain: each part with what it needs, in order. A part that does not start stops those before it.
 * @throws Error with a sentence that says what to do
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const stops: (() => unknown)[] = []
  let closing: Promise<void> | undefined
  const close = () => (closing ??= stopInReverse(stops))
  try {
    return await start(config, options, stops, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  config: Config,
  options: ServerOptions,
  stops: (() => unknown)[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  const log = options.log ?? createLog(config.logLevel)

  ensureDataFolder(config.dataDir)
  stops.push(await lockDataFolder(config.dataDir))

  // The media workers and the database do not need each other: whichever fails, the other is stopped as well.
  const [mediaStart, databaseStart] = await Promise.allSettled([
    startWorkerPool(config.media, log),
    startDatabase(config.dataDir, options.databaseRoles ?? config.databaseUrl, { log }),
  ])
  if (databaseStart.status === 'fulfilled') stops.push(() => databaseStart.value.stop())
  if (mediaStart.status === 'fulfilled') stops.push(() => mediaStart.value.close())
  if (databaseStart.status === 'rejected') throw databaseStart.reason
  if (mediaStart.status === 'rejected') throw mediaStart.reason
  const { database: opened } = databaseStart.value
  const pool = mediaStart.value

  const organizationExists = await opened.lookUps.organizationExists()
  const keys = await openKeys({ config, database: opened, adopt: adoptLegacyFields })
  const database = readyToSeal(opened)
  await settlePatients({ database, keys })
  const address = createPublicAddress(config)
  const publicUrl = () => address.origin()
  const metrics = createMetrics()
  const mail = createMailOutbox({ database, keys, sender: config.mail && createSmtpSender(config.mail), log })
  stops.push(() => mail.stop())
  const destinations = openDestinations(config.checkpoints)
  // Stops after everything that records: the last event has its place and is signed before the database goes.
  stops.push(startLogKeeping({ database, keys, destinations, mail, publicUrl, metrics, log }))

  let rooms: Rooms | undefined
  const sessions = createSessions({
    database,
    keys,
    isInVisit: (sessionId) => rooms?.holders().some((holder) => holder.sessionId === sessionId) ?? false,
  })
  const throttles = createThrottles()
  const party = () => relyingParty(publicUrl())
  const signInLog = createSignInLog({ mail, publicUrl })
  const signIn = createSignIn({ database, keys, log: signInLog, throttles, party })
  const tickets = createTickets()
  const live = (rooms = createRooms({
    records: createVisitRecords({ database, keys, tickets, standingOf: (...of) => sessions.standing(...of) }),
    openMedia: (events) => openRoomMedia(pool, events),
    authorityOf: createRosterAuthorities((id) => keys.rosterSeed(id)),
    iceServers: (participantId) => {
      const { turn } = config.media
      return turn === null ? [] : [turnServer(turn, participantId, Date.now())]
    },
    log,
    limits: { ...protocolLimits, ...options.roomLimits },
  }))
  stops.push(() => live.stop())
  const endings = createSessionEndings(live)
  const keyCheck = createKeyCheck({ database, keys })
  const standingOf = async ({ organizationId, sessionId, address: from }: Holder): Promise<Standing> => {
    const session = sessionIdSchema.safeParse(sessionId)
    if (session.success) return sessions.standing(organizationId, session.data, from)
    const key = apiKeyId.safeParse(sessionId)
    return key.success && (await keyCheck.isAlive({ organizationId, sessionId: key.data })) ? 'good' : 'over'
  }
  const logNews = createLogNews()
  const alertWatch = createAlertWatch({ database, keys, mail, publicUrl, log })
  const alerts = createAlertDeliveries({
    database, keys, watch: alertWatch, mail, publicUrl, privateAddresses: config.webhookPrivateAddresses, log,
  })
  stops.push(() => alerts.stop())
  // What goes through the logs, event by event, as they get their places.
  const followers = [
    createLogFollower({ database, keys, name: reviewFollower, take: watchForReview({ log }), log }),
    createLogFollower({ database, keys, name: 'alerts', take: alertWatch.take, log }),
  ]
  for (const follower of followers) stops.push(() => follower.stop())
  const watch = createSessionWatch({ endings, standingOf, log })
  stops.push(
    await database.listen({
      hear: {
        curtain_sessions: (told) => watch.hear(told),
        curtain_mails: () => void mail.wake(),
        curtain_alerts: () => void alerts.wake(),
        curtain_audit: (told) => {
          const organization = organizationIdSchema.safeParse(told)
          if (!organization.success) return
          logNews.publish(organization.data)
          for (const follower of followers) void follower.wake(organization.data)
        },
      },
      onListening: () => {
        watch.lookAtAll()
        void mail.wake()
        void alerts.wake()
        logNews.publishAll()
        for (const follower of followers) void follower.wake()
      },
      log,
    }),
  )

  const changes = createVisitChanges()
  stops.push(live.onChange(({ organizationId, visitId }) => changes.publish(organizationId, visitId)))
  // By then everybody who was in a visit when the last run ended had the time to come back.
  const reopen = setTimeout(() => {
    reopenAbandonedVisits(database, live, changes).catch((error: unknown) => {
      log.error({ error }, 'visits that nobody came back to could not be opened again')
    })
  }, options.roomLimits?.resumeMs ?? protocolLimits.resumeMs).unref()
  stops.push(() => clearTimeout(reopen))
  const sweep = setInterval(() => {
    recordExpiredGlass(database, new Date()).catch((error: unknown) => {
      log.error({ error }, 'it could not be put on record which broken glass is over')
    })
  }, sweepMs).unref()
  stops.push(() => clearInterval(sweep))
  stops.push(startPruning({ database, log }))
  const breakGlass = createBreakGlass({
    database,
    keys,
    mail,
    publicUrl,
  })
  const visits = createVisits({ database, keys, live, changes, mail, publicUrl })
  const patients = createPatients({ database, keys })
  const setup = createSetupLink({ database, keys }, organizationExists)

  const app = createHttpApp({ config, address, log, metrics, ...(options.limits && { limits: options.limits }) })
  rememberAddresses(app, keys)
  const stopping = new AbortController()
  const cookies = createCookies(address.secure)
  knowDevices(app, cookies)
  const authentication = createAuthentication(cookies, sessions, guardKeys(app, { check: keyCheck, database }))
  openApi(app, { version, sessionCookie: cookies.sessionName })
  await app.register((routes, _options, done) => {
    const readiness = {
      isDatabaseReachable: () => database.isReachable(),
      areMediaWorkersRunning: () => pool.status().some(({ pid }) => pid !== null),
      isDraining: () => stopping.signal.aborted,
    }
    healthRoutes(routes, readiness, metrics)
    apiRoutes(routes, {
      database, keys, mail, publicUrl, throttles, party, signInLog, signIn, sessions, endings, standingOf, changes, logNews, tickets, live,
      visits, patients, breakGlass, setup, cookies, authentication, stopping: stopping.signal,
      destinations, webhookPrivateAddresses: config.webhookPrivateAddresses,
    })
    pageRoutes(routes)
    done()
  })
  stops.push(() => {
    setTimeout(() => app.server.closeAllConnections(), finishMs).unref()
    return app.close()
  })

  const proxies = createTrustedProxies(config.trustedProxies)
  await listen(app, config)
  const bound = app.server.address()
  if (typeof bound === 'object' && bound !== null) address.listensOn(bound.port)
  const signalling = attachSignalling({
    server: app.server,
    rooms: live,
    allowedOrigins: address.origins(),
    log,
    addressOf: (request) => proxies.addressOf(request),
  })
  stops.push(() => signalling.close())
  stops.push(() => {
    stopping.abort()
    signalling.drain(retryMs)
  })

  metrics.gauge('curtain_signalling_connections', 'Open signalling connections', () => signalling.connections())
  metrics.gauge('curtain_rooms', 'Live rooms', () => live.status().rooms)
  metrics.gauge('curtain_room_members', 'Places taken in live rooms', () => live.status().members)
  metrics.gauge('curtain_media_workers', 'Media workers that run', () => pool.status().filter(({ pid }) => pid !== null).length)
  metrics.gauge('curtain_media_consumers', 'Streams forwarded', () => pool.status().reduce((sum, one) => sum + one.consumers, 0))

  log.info({ version }, 'Curtain serves')
  return {
    url: address.origin(),
    get setupUrl() {
      return setup.secret === null ? null : `${address.origin()}/setup#${setup.secret}`
    },
    parts: { database, keys, sessions, signIn, mail, patients, visits },
    close,
  }
}

async function listen(
  app: { listen(at: { host: string; port: number }): Promise<string> },
  { host, port }: Config,
): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EADDRINUSE') {
      throw new Error(`Port ${port} is in use by another program. Stop that program, or set CURTAIN_PORT to a free port.`, { cause })
    }
    if (code === 'EACCES') {
      throw new Error(`This system user may not listen on port ${port}. Set CURTAIN_PORT to a port above 1023.`, { cause })
    }
    throw cause
  }
}

/** Stops what was started last first. What fails to stop does not keep the rest running. */
async function stopInReverse(stops: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = []
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
    try {
      await stop()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything stopped as it should.')
}
