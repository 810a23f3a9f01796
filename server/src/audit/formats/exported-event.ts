import type { AuditEventView } from '@curtain/protocol'
import type { Known } from '../views.ts'

/** An event as it is exported, with what its ids stand for. */
export type ExportedEvent = AuditEventView & { entry: string }

/** A form in which events are handed out, piece by piece; of one export. */
export interface EventFormat {
  contentType: string
  /** Of the file's name. */
  extension: string
  readonly begin: string
  write(event: ExportedEvent, known: Known): string
  /** To be asked for after the last event. */
  readonly end: string
}
