import type { EventFormat } from './exported-event.ts'

/** One event a line, as the API answers it, with the names of the staff in it. */
export const ndjson: EventFormat = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  begin: '',
  write: (event, { names }) => `${JSON.stringify({ ...event, userName: event.userId === null ? null : (names[event.userId] ?? null) })}\n`,
  end: '',
}
