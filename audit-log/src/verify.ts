import { z } from 'zod'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { type ExportHeader, readEntry, readFooter, readHeader, ExportError } from './export.ts'
import { Frontier } from './frontier.ts'
import { isReplacement, type KeyReplacement, keyReplacedType, relate, signerOf } from './key-chain.ts'
import { NoteError, readUnverified, readVerifier, type Verifier } from './note.ts'

/** What an auditor has from before, or from elsewhere, and so believes. */
export interface Trusted {
  /** The key that signs the log's checkpoints. */
  key?: Verifier
  /** A checkpoint that was kept: the signed note. */
  checkpoint?: string
}

/** What was found wrong, and at which entry, where it is about one. */
export interface Finding {
  code:
    | 'not-an-export'
    | 'line-broken'
    | 'line-too-long'
    | 'out-of-order'
    | 'other-organization'
    | 'taken-out'
    | 'cut-off'
    | 'more-after-the-end'
    | 'checkpoint-broken'
    | 'wrong-size'
    | 'wrong-root'
    | 'other-log'
    | 'other-key'
    | 'shorter-than-before'
    | 'another-history'
  /** In words. */
  sentence: string
  index?: number
}

/**
 * What can be said of an export. `sound`: whole, in order, and as signed by a key that was known before, or by one that it
 * vouches for. `unknown-signer`: whole and as signed, but by whom could not be checked. `key-replaced`: the same, and the log
 * says that its known key was lost and another took its place, for which nothing vouches. `broken`: not what was signed, or not
 * the log it should be.
 */
export interface Report {
  outcome: 'sound' | 'unknown-signer' | 'key-replaced' | 'broken'
  findings: Finding[]
  header: ExportHeader | null
  /** Entries read, and how many of them were pruned: only their hashes are there. */
  entries: number
  pruned: number
  /** Of the entries' own times, the first that was behind the one before it: a clock that was set back. */
  clockBack: { index: number; at: string } | null
  /** Where the log says that its key was replaced. */
  keysReplaced: KeyReplacement[]
  root: Buffer
  /** The size up to which it was compared with a checkpoint from before. */
  comparedWith: number | null
}

const maxLineBytes = 1024 * 1024
interface LoggedEvent {
  organizationId: string
  at: string
  type: string
  facts?: unknown
}

// By hand, and nothing else of it: this is asked of each of millions, and a schema takes longer than hashing them.
function isEvent(json: unknown): json is LoggedEvent {
  if (typeof json !== 'object' || json === null) return false
  const { organizationId, at, type }: { organizationId?: unknown; at?: unknown; type?: unknown } = json
  return typeof organizationId === 'string' && typeof type === 'string' && typeof at === 'string' && at.length <= 40
}

/** The event by which a log says that of so many entries before an index it keeps only the hashes. */
export const prunedType = 'log.pruned'
const pruning = z.looseObject({ before: z.int().nonnegative(), count: z.int().nonnegative() })
/** No log prunes what is younger: six years, without their leap days. */
const leastKeptMs = 6 * 365 * 24 * 60 * 60_000
const keyText = z.string().max(200)
/** What is said of keys is all that is kept in memory. */
const mostReplacements = 1000
const replacing = z.looseObject({ key: keyText, keyBefore: keyText.optional(), statement: z.string().optional() })

/** Thrown to stop at what makes all that follows meaningless. */
class Broken extends Error {
  readonly finding: Finding

  constructor(code: Finding['code'], sentence: string, index?: number) {
    super(sentence)
    this.finding = { code, sentence, ...(index !== undefined && { index }) }
  }
}

/**
 * Checks an export as it comes, in constant memory: every entry's place and hash, the tree over all of them, the signature,
 * and that it goes on from what the log was before.
 * @param chunks of the file, cut anywhere
 * @param now nothing that the log says can be from later
 */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  trusted: Trusted = {},
  now: Date = new Date(),
): Promise<Report> {
  const before = trusted.checkpoint === undefined ? null : readKept(trusted.checkpoint)
  const frontier = new Frontier()
  const report: Report = {
    outcome: 'broken', findings: [], header: null, entries: 0, pruned: 0, clockBack: null, keysReplaced: [],
    root: frontier.root(), comparedWith: null,
  }
  let lastAt = ''
  let newestAt = ''
  let lastPruned = { index: -1, behind: '' }
  let mayBePruned = { before: 0, count: 0, at: '' }
  let note: string | null = null

  const readLine = (line: Buffer) => {
    if (report.header === null) {
      report.header = readHeader(line)
      if (before !== null && before.origin !== report.header.origin) {
        throw new Broken('other-log', `The file is of the log ${report.header.origin}, and the checkpoint of ${before.origin}.`)
      }
      return
    }
    const index = frontier.size
    if (note !== null) throw new Broken('more-after-the-end', 'Something follows the checkpoint, which ends an export.')
    const entry = readEntry(line)
    if (entry === null) {
      note = readFooter(line)
      if (note === null) throw new Broken('line-broken', `Entry ${index} is not as the log writes it: the file was changed or damaged there.`, index)
      return
    }
    if (entry.index !== index) {
      const sentence = `Entry ${index} is missing: entry ${entry.index} stands in its place.`
      throw new Broken('out-of-order', sentence, index)
    }
    if ('leaf' in entry) {
      frontier.appendLeaf(entry.leaf)
      report.pruned++
      lastPruned = { index, behind: newestAt }
    } else {
      const { organizationId, at, type, facts } = readEvent(entry.text, index)
      if (organizationId !== report.header.organizationId) {
        throw new Broken('other-organization', `Entry ${index} is of another organization.`, index)
      }
      if (at < lastAt && report.clockBack === null) report.clockBack = { index, at }
      lastAt = at
      if (at > newestAt) newestAt = at
      if (type === prunedType) mayBePruned = { ...(pruning.safeParse(facts).data ?? mayBePruned), at: newestAt }
      if (type === keyReplacedType) {
        if (report.keysReplaced.length === mostReplacements) {
          throw new Broken('line-broken', `Entry ${index} replaces the log's key once more than any log does.`, index)
        }
        report.keysReplaced.push(...readReplacement(facts, index, at))
      }
      frontier.append(entry.event)
    }
    if (before !== null && frontier.size === before.size) {
      report.comparedWith = before.size
      if (!frontier.root().equals(before.root)) {
        report.findings.push({
          code: 'another-history',
          sentence: `The first ${before.size} entries are not those that the kept checkpoint was signed over: what was logged was changed afterwards.`,
        })
      }
    }
  }

  try {
    await eachLine(chunks, readLine)
    if (report.header === null) throw new Broken('not-an-export', 'The file is empty.')
    if (note === null) throw new Broken('cut-off', `The file ends after entry ${frontier.size - 1}, without a checkpoint: it was cut off.`)
    if (before !== null && before.size === 0) report.comparedWith = 0
    if (lastPruned.index >= mayBePruned.before) {
      const sentence = `Entry ${lastPruned.index} was taken out, and the log does not say so: only its hash is there.`
      throw new Broken('taken-out', sentence, lastPruned.index)
    }
    if (report.pruned > 0 && !isOld(lastPruned.behind, mayBePruned.at, now)) {
      const sentence = `Entry ${lastPruned.index} was taken out before its time: what stands before it was not six years old when the log said so.`
      throw new Broken('taken-out', sentence, lastPruned.index)
    }
    if (report.pruned > mayBePruned.count) {
      const sentence = `Of ${report.pruned} entries only the hashes are there, and the log says so of ${mayBePruned.count}: others were taken out.`
      throw new Broken('taken-out', sentence)
    }
    const signer = finish(report, frontier, note, before)
    const standing = signer === null ? 'none' : compareSigner(report, signer, trusted)
    if (report.findings.length === 0 && standing !== 'none') report.outcome = standing
  } catch (error) {
    if (error instanceof Broken) report.findings.push(error.finding)
    else if (error instanceof ExportError) report.findings.push({ code: 'not-an-export', sentence: error.message })
    else throw error
  }
  report.entries = frontier.size
  report.root = frontier.root()
  return report
}

/**
 * Whether a time was so long ago that the log may have pruned what followed it.
 * @param saidAt when the log said that it does; of a day to come, it is believed for today
 */
function isOld(at: string, saidAt: string, now: Date): boolean {
  const until = Math.min(Date.parse(saidAt), now.getTime()) - leastKeptMs
  return at === '' ? !Number.isNaN(until) : Date.parse(at) < until
}

function readEvent(text: string, index: number): LoggedEvent {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = null
  }
  if (!isEvent(json)) throw new Broken('line-broken', `Entry ${index} is not an event: the file was changed or damaged there.`, index)
  return json
}

/** @throws NoteError when what was kept is no checkpoint: then nothing can be compared, which is no fault of the export */
function readKept(note: string): Checkpoint {
  return parseCheckpoint(readUnverified(note))
}

/** Compares what was read with the checkpoint at the end. @returns the key that signed it, if one did */
function finish(report: Report, frontier: Frontier, note: string, before: Checkpoint | null): Verifier | null {
  const { header, findings } = report
  if (header === null) return null
  let checkpoint: Checkpoint
  let signer: Verifier
  try {
    signer = readVerifier(header.key)
    checkpoint = openCheckpoint(note, signer)
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    findings.push({ code: 'checkpoint-broken', sentence: error.message })
    return null
  }
  const { size } = frontier
  if (checkpoint.origin !== header.origin) {
    findings.push({ code: 'other-log', sentence: `The checkpoint is of another log, ${checkpoint.origin}.` })
  }
  if (checkpoint.size !== size) {
    findings.push({ code: 'wrong-size', sentence: `The checkpoint is over ${checkpoint.size} entries, and the file has ${size}.` })
  } else if (!checkpoint.root.equals(frontier.root())) {
    findings.push({ code: 'wrong-root', sentence: 'An entry was changed, or two were exchanged: the entries are not those that were signed.' })
  }
  if (before !== null && before.size > size) {
    const sentence = `The log has ${size} entries, and had ${before.size} before: entries at its end are gone.`
    findings.push({ code: 'shorter-than-before', sentence })
  }
  return signer
}

/** What an event says of a key that replaced another; nothing, where it does not say it as the log does. */
function readReplacement(facts: unknown, index: number, at: string): KeyReplacement[] {
  const read = replacing.safeParse(facts)
  if (!read.success) return []
  const { key, keyBefore = null, statement } = read.data
  const isVouchedFor = keyBefore !== null && statement !== undefined && isReplacement(statement, keyBefore, key)
  return [{ index, at, key, keyBefore, isVouchedFor }]
}

/**
 * Compares the key that signed the export with those that are known: the one that was given, and the one that signed what
 * was kept.
 */
function compareSigner(
  { findings, keysReplaced }: Pick<Report, 'findings' | 'keysReplaced'>,
  signer: Verifier,
  { key, checkpoint }: Trusted,
): Exclude<Report['outcome'], 'broken'> | 'none' {
  if (key === undefined && checkpoint === undefined) return 'unknown-signer'
  const ofLog = [signer.encoded, ...keysReplaced.flatMap(({ keyBefore }) => keyBefore ?? [])]
  const signedKept = checkpoint === undefined ? undefined : (signerOf(checkpoint, ofLog)?.encoded ?? null)
  const relations = [key?.encoded, signedKept]
    .filter((known) => known !== undefined)
    .map((known) => (known === null ? 'none' : relate(known, signer.encoded, keysReplaced)))
  if (relations.includes('none')) {
    const sentence = 'The log is signed with another key than the one that is known: it may have been written anew.'
    findings.push({ code: 'other-key', sentence })
    return 'none'
  }
  return relations.includes('claimed') ? 'key-replaced' : 'sound'
}

/** Calls back with each line, without its line break. @throws Broken for a line that is too long to be one */
async function eachLine(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, onLine: (line: Buffer) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let start = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const line = chunk.subarray(start, end)
      onLine(rest.length === 0 ? line : Buffer.concat([rest, line]))
      rest = rest.subarray(rest.length)
      start = end + 1
    }
    rest = rest.length === 0 ? Buffer.from(chunk.subarray(start)) : Buffer.concat([rest, chunk.subarray(start)])
    if (rest.length > maxLineBytes) throw new Broken('line-too-long', 'A line of the file is longer than any that the log writes.')
  }
  if (rest.length > 0) throw new Broken('cut-off', 'The last line of the file is not whole: it was cut off.')
}
