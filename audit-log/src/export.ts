import { z } from 'zod'
import { type Hash, hashBytes } from './hashing.ts'

// An export is lines of JSON (NDJSON): what log it is, then every entry in order, then a checkpoint. docs/audit-log.md

const exportFormat = 'curtain-audit-log'
const exportVersion = 1

const header = z.strictObject({
  format: z.literal(exportFormat),
  version: z.literal(exportVersion),
  organizationId: z.string(),
  /** As checkpoints name it. */
  origin: z.string(),
  /** Which key is said to sign it: believed only where it is known from elsewhere. */
  key: z.string(),
})
export type ExportHeader = z.infer<typeof header>

const footer = z.strictObject({ checkpoint: z.string() })

/** An entry, or, where its event was pruned, the leaf hash that stands for it. */
export type ExportEntry = { index: number; event: Buffer; text: string } | { index: number; leaf: Hash }

export const writeHeader = (of: Omit<ExportHeader, 'format' | 'version'>): string =>
  `${JSON.stringify({ format: exportFormat, version: exportVersion, ...of })}\n`
/** @param event its canonical JSON, the very bytes that were hashed */
export const writeEvent = (index: number, event: string): string => `{"index":${index},"event":${event}}\n`
export const writePruned = (index: number, leaf: Hash): string => `{"index":${index},"leaf":"${leaf.toString('base64')}"}\n`
export const writeCheckpoint = (note: string): string => `${JSON.stringify({ checkpoint: note })}\n`

/** A line that cannot be what it should; the message says how, in words. */
export class ExportError extends Error {
  override readonly name = 'ExportError'
}

function parseJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    return undefined
  }
}

/** @throws ExportError */
export function readHeader(line: Buffer): ExportHeader {
  const json = parseJson(line)
  const read = header.safeParse(json)
  if (read.success) return read.data
  const known = z.looseObject({ format: z.literal(exportFormat), version: z.number() }).safeParse(json)
  throw new ExportError(
    known.success
      ? `The file is of version ${known.data.version}, which this program does not know. Use a newer one.`
      : 'The file does not begin like an export of an audit log.',
  )
}

const startOfEntry = '{"index":'
const startOfEvent = ',"event":'
const leafOfLine = /^,"leaf":"([A-Za-z0-9+/]{43}=)"\}$/

/**
 * Reads the line of an entry. What was hashed are the bytes of its event as they stand; what is before them is ASCII, so that
 * they begin where the text does.
 * @returns null where it is another kind of line
 */
export function readEntry(line: Buffer): ExportEntry | null {
  const text = line.toString('utf8')
  if (!text.startsWith(startOfEntry) || !text.endsWith('}')) return null
  const end = text.indexOf(',')
  const digits = text.slice(startOfEntry.length, end)
  if (end < 0 || !/^(0|[1-9]\d{0,15})$/.test(digits)) return null
  const index = Number(digits)
  if (text.startsWith(startOfEvent, end)) {
    const start = end + startOfEvent.length
    return { index, event: line.subarray(start, -1), text: text.slice(start, -1) }
  }
  const base64 = leafOfLine.exec(text.slice(end))?.[1]
  if (base64 === undefined) return null
  const leaf = Buffer.from(base64, 'base64')
  return leaf.length === hashBytes && leaf.toString('base64') === base64 ? { index, leaf } : null
}

/** The note of the last line. Null where it is another kind of line. */
export function readFooter(line: Buffer): string | null {
  const read = footer.safeParse(parseJson(line))
  return read.success ? read.data.checkpoint : null
}
