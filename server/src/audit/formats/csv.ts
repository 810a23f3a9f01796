import type { EventFormat, ExportedEvent } from './exported-event.ts'

const columns = [
  'index', 'id', 'at', 'type', 'outcome', 'userId', 'userName', 'participantId', 'sessionId', 'target', 'from', 'reason', 'closed', 'facts',
] as const

/**
 * RFC 4180, with a byte order mark, by which spreadsheets know that it is UTF-8. Each event stands on a line of its own,
 * whatever somebody wrote into it, and no cell is a formula.
 */
export const csv: EventFormat = {
  contentType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  begin: `\u{FEFF}${columns.join(',')}\r\n`,
  write(event, { names }) {
    const userName = event.userId === null ? null : (names[event.userId] ?? null)
    const row: Record<(typeof columns)[number], string> = {
      ...textsOf(event),
      userName: userName ?? '',
      closed: event.closed.join(' '),
      facts: JSON.stringify(event.facts),
    }
    return `${columns.map((column) => cell(row[column])).join(',')}\r\n`
  },
  end: '',
}

function textsOf({ index, id, at, type, outcome, userId, participantId, sessionId, target, from, reason }: ExportedEvent) {
  return {
    index: index === null ? '' : String(index),
    id, at, type, outcome,
    userId: userId ?? '',
    participantId: participantId ?? '',
    sessionId: sessionId ?? '',
    target: target ?? '',
    from: from ?? '',
    reason: reason ?? '',
  }
}

/**
 * A spreadsheet runs what begins like a formula, quoted or not, also after a character that it takes for the end of a cell in
 * another language, and in letters of full width. An apostrophe before it makes it text (OWASP, CSV injection).
 */
function cell(text: string): string {
  const harmless = text.replaceAll(/(^|[;,|\t\r\n"'])(\s*)([=+\-@＝＋－＠])/gu, "$1$2'$3").replace(/^[\t\r\n]/u, "'$&")
  return `"${harmless.replaceAll('"', '""')}"`
}
