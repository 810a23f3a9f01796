import type { OrganizationId } from '@curtain/protocol'
import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import type { Sequencer } from './sequencer.ts'

/** How often it is looked whether something waits: an event has its place about this long after it was committed. */
const everyMs = 500

/** Keeps the logs of all organizations going. */
export interface LogKeeper {
  /** Gives everything that is committed by now its place, signs it, and stops. May be called twice. */
  stop(): Promise<void>
}

/** Every organization whose log has something that waits, or was not signed yet when last looked at. */
export function startLogKeeper(options: {
  database: Pick<Database, 'lookUps'>
  sequencer: Sequencer
  /** A log was signed, perhaps: there may be something to bring outside. */
  onSigned?: () => void
  log: Log
}): LogKeeper {
  const { database, sequencer, onSigned = () => {}, log } = options
  const unsigned = new Set<OrganizationId>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = Promise.resolve()
  let stopping: Promise<void> | undefined
  let hasFailed = false

  /** @returns whether more waits than it took */
  async function round({ signNow = false } = {}): Promise<boolean> {
    let more = false
    const waiting = await database.lookUps.pendingLogs()
    for (const organizationId of new Set([...waiting, ...unsigned])) {
      const { isDone, hasMore } = await sequencer.pass(organizationId, { signNow })
      more ||= hasMore
      if (isDone) unsigned.delete(organizationId)
      else unsigned.add(organizationId)
      if (isDone) onSigned()
    }
    return more
  }

  async function turn(): Promise<void> {
    let waitMs = everyMs
    try {
      if (await round()) waitMs = 0
      hasFailed = false
    } catch (error) {
      // What waits is in the database, and is taken up again; one line says that it is late, not one every half second.
      if (!hasFailed) log.error({ error }, 'the audit log cannot go on for now; what happened meanwhile is kept and follows')
      hasFailed = true
    }
    if (stopping === undefined) timer = setTimeout(start, waitMs)
  }

  function start(): void {
    running = turn()
  }
  start()

  async function finish(): Promise<void> {
    clearTimeout(timer)
    await running
    let more = true
    while (more) more = await round({ signNow: true }).catch(() => false)
  }
  return { stop: () => (stopping ??= finish()) }
}
