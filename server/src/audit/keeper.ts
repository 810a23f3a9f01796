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
  /** Of which log it is said already that it is late; null: of all. */
  const late = new Set<OrganizationId | null>()

  /** What fails waits in the database, and is taken up again; one line says that it is late, not one every half second. */
  async function attempt(organizationId: OrganizationId | null, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      late.delete(organizationId)
    } catch (error) {
      if (!late.has(organizationId)) {
        const whose = organizationId === null ? {} : { organizationId }
        log.error({ ...whose, error }, 'the audit log cannot go on for now; what happened meanwhile is kept and follows')
      }
      late.add(organizationId)
    }
  }

  /** @returns whether more waits than it took */
  async function round({ signNow = false } = {}): Promise<boolean> {
    let more = false
    const waiting = await database.lookUps.pendingLogs()
    for (const organizationId of new Set([...waiting, ...unsigned])) {
      // One whose key is damaged keeps no other waiting.
      await attempt(organizationId, async () => {
        const { isDone, hasMore } = await sequencer.pass(organizationId, { signNow })
        more ||= hasMore
        if (isDone) unsigned.delete(organizationId)
        else unsigned.add(organizationId)
        if (isDone) onSigned()
      })
    }
    return more
  }

  async function turn(): Promise<void> {
    let waitMs = everyMs
    await attempt(null, async () => {
      if (await round()) waitMs = 0
    })
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
