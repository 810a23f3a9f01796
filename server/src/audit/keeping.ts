import type { Database } from '../database/database.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Keys } from '../keys/keys.ts'
import type { Log } from '../log.ts'
import type { Mail } from '../mail/mail.ts'
import { createDelivery } from './delivery.ts'
import type { CheckpointDestination } from './destinations/destination.ts'
import { startLogKeeper } from './keeper.ts'
import { startSelfChecks } from './self-check.ts'
import { createSequencer } from './sequencer.ts'

export interface LogKeepingOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  destinations: readonly CheckpointDestination[]
  mail: Mail
  publicUrl: () => string
  metrics: Pick<Metrics, 'gauge'>
  log: Log
}

/**
 * What keeps the audit logs: events get their place and are signed, checkpoints are brought outside the database, and every
 * log is looked at each hour.
 * @returns what stops it, once the last event has its place, is signed, and is on its way outside
 */
export function startLogKeeping({ database, keys, destinations, mail, publicUrl, metrics, log }: LogKeepingOptions): () => Promise<void> {
  const checks = startSelfChecks({ database, keys, destinations, mail, publicUrl, log })
  const deliveries = destinations.map((destination) =>
    createDelivery({ database, destination, log, onContradiction: (organizationId) => void checks.checkNow(organizationId) }),
  )
  const bring = () => {
    for (const delivery of deliveries) void delivery.wake()
  }
  const keeper = startLogKeeper({ database, sequencer: createSequencer({ database, keys }), onSigned: bring, log })
  bring()
  metrics.gauge('curtain_audit_logs_broken', 'Audit logs that were not as signed and kept when they were last checked', checks.broken)
  metrics.gauge('curtain_audit_deliveries_failing', 'Places outside the database that the last checkpoint of a log did not reach', () =>
    deliveries.reduce((sum, delivery) => sum + delivery.failing(), 0),
  )
  return async () => {
    await checks.stop()
    await keeper.stop()
    await Promise.all(deliveries.map((delivery) => delivery.stop()))
  }
}
