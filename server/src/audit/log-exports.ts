import type { auditExportInput, AuditFilter } from '@curtain/protocol'
import type { z } from 'zod'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import type { SignedInActor } from '../users/schema.ts'
import { demand } from './denials.ts'
import { exportLog } from './export.ts'
import { csv } from './formats/csv.ts'
import type { EventFormat } from './formats/exported-event.ts'
import { fhirBundle } from './formats/fhir.ts'
import { ndjson } from './formats/ndjson.ts'
import { latestCheckpoint } from './log-store.ts'
import { logSight, mayReadLog } from './policy.ts'
import { record } from './record.ts'
import { askedBy, subjectOf } from './search.ts'
import { findEvents, type FoundEvent } from './search-store.ts'
import { logKey } from './signing.ts'
import { describeEvents, peopleIn } from './views.ts'

/** Events read at once: an export of millions holds only these in memory. */
const batch = 500

export interface LogExportsOptions {
  database: Database
  keys: Keys
  publicUrl: () => string
  now?: () => Date
}

/** A file that is being written. */
export interface LogExport {
  fileName: string
  contentType: string
  /** Its text; read on as whoever gets it takes it. No transaction stays open in between. */
  text: AsyncGenerator<string>
}

export type LogExports = ReturnType<typeof createLogExports>

/** Hands the log out, or what of it is asked for. */
export function createLogExports({ database, keys, publicUrl, now = () => new Date() }: LogExportsOptions) {
  async function* events(actor: SignedInActor, filter: AuditFilter, format: EventFormat): AsyncGenerator<string> {
    const { organizationId } = actor
    const fields = await keys.sealer(organizationId)
    yield format.begin
    let before: FoundEvent['id'] | null = null
    for (;;) {
      const page: { found: FoundEvent[]; text: string } = await database.inOrganization(organizationId, async (tx) => {
        const found = await findEvents(tx, organizationId, filter, { before, most: batch })
        const known = await peopleIn(tx, found)
        const events = await describeEvents(fields, logSight(actor), found)
        return { found, text: events.map((event) => format.write(event, known)).join('') }
      })
      if (page.text !== '') yield page.text
      before = page.found.at(-1)?.id ?? null
      if (page.found.length < batch || before === null) break
    }
    yield format.end
  }

  return {
    /**
     * Begins an export. It is on record before the first of it is handed out, however much of it is read.
     * @throws AppError `forbidden`; `invalid-input` for a filter of the whole log; `not-ready` before its first checkpoint
     */
    async begin(actor: SignedInActor, { format, filter }: z.output<typeof auditExportInput>): Promise<LogExport> {
      await demand(database, actor, mayReadLog(actor), 'audit.export', subjectOf(filter))
      const by = askedBy(filter)
      if (format === 'log' && by.length > 0) throw new AppError('invalid-input', { fields: ['filter'] })
      const { organizationId, userId, sessionId } = actor
      const at = now()
      const whole = await database.inOrganization(organizationId, async (tx) => {
        const signed = format === 'log' ? await signedLog(tx) : null
        const facts = { format, ...(by.length > 0 && { by }), ...(signed !== null && { count: signed.size }) }
        await record(tx, { type: 'audit.exported', organizationId, userId, sessionId, target: subjectOf(filter), facts }, at)
        return signed
      })
      const day = at.toISOString().slice(0, 10)
      if (format === 'log' && whole !== null) {
        const text = exportLog(database, organizationId, whole.key)
        return { fileName: `curtain-audit-log-${day}.ndjson`, contentType: 'application/x-ndjson', text }
      }
      const written = format === 'csv' ? csv : format === 'ndjson' ? ndjson : fhirBundle(publicUrl(), at)
      // What is logged while it is written is not in it.
      const until = [filter.until ?? '9', at.toISOString()].toSorted()[0]
      const text = events(actor, { ...filter, until }, written)
      return { fileName: `curtain-audit-events-${day}.${written.extension}`, contentType: written.contentType, text }
    },
  }
}

/** What of a log can be checked: how much of it is signed, and by which key. */
async function signedLog(tx: Transaction): Promise<{ size: number; key: string }> {
  const [checkpoint, key] = [await latestCheckpoint(tx), await logKey(tx)]
  if (checkpoint === null || key === null) throw new AppError('not-ready')
  return { size: checkpoint.size, key }
}
