import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import type { DatabaseConnection } from './database.ts'

/** What the database tells every server on it, right when the change that causes it is committed (migration 0007; that events got their place: sequencer.ts). */
const channels = ['curtain_sessions', 'curtain_mails', 'curtain_audit', 'curtain_alerts'] as const
type Channel = (typeof channels)[number]

export interface ListeningOptions {
  /** What to do with what is told. */
  hear: Readonly<Record<Channel, (payload: string) => void>>
  /** It listens, for the first time or again: what was told before may have gone past. */
  onListening: () => void
  log: Log
}

const firstRetryMs = 100
const longestRetryMs = 5_000
/** So often a line that says nothing is asked whether it is still there, and how long it may take to answer. */
const beatMs = 10_000
const answerMs = 5_000

/**
 * Listens on a connection of its own, and makes another whenever that breaks (PostgreSQL, LISTEN).
 * @param whenReady resolves while PostgreSQL is up
 * @returns once it listens for the first time, the function that stops it
 */
export async function listen(
  connection: DatabaseConnection,
  whenReady: () => Promise<void>,
  { hear, onListening, log }: ListeningOptions,
): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const first = Promise.withResolvers<void>()

  /** One connection, from its beginning to its end. @returns whether it ever listened */
  async function connect(): Promise<boolean> {
    const client = new pg.Client({
      ...connection,
      connectionTimeoutMillis: answerMs,
      query_timeout: answerMs,
      keepAlive: true,
      application_name: 'curtain-listening',
    })
    const ended = Promise.withResolvers<void>()
    client.on('error', () => ended.resolve())
    client.on('end', () => ended.resolve())
    client.on('notification', ({ channel, payload = '' }) => {
      const known = channels.find((one) => one === channel)
      if (known !== undefined) hear[known](payload)
    })
    stopping.signal.addEventListener('abort', () => ended.resolve(), { once: true })
    let listened = false
    let beat: NodeJS.Timeout | undefined
    try {
      await whenReady()
      await client.connect()
      await client.query(channels.map((channel) => `listen ${channel}`).join('; '))
      listened = true
      first.resolve()
      onListening()
      beat = setInterval(() => void client.query('select 1').catch(() => ended.resolve()), beatMs)
      await ended.promise
    } catch (error) {
      log.debug({ error }, 'the database does not tell its changes yet')
    } finally {
      clearInterval(beat)
      // Not waited for: a line that is dead takes its time to say so.
      client.end().catch(() => {})
    }
    return listened
  }

  async function keepListening(): Promise<void> {
    let retryMs = firstRetryMs
    while (!stopping.signal.aborted) {
      const listened = await connect()
      if (stopping.signal.aborted) return
      if (listened) log.warn({}, 'the database does not tell its changes any more; asking again')
      retryMs = listened ? firstRetryMs : Math.min(longestRetryMs, retryMs * 2)
      await delay(retryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const done = keepListening()
  await first.promise
  return async () => {
    stopping.abort()
    await done
  }
}
