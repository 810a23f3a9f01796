import { createReadStream, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { lastNoteOf, NoteError, readVerifier, type Report, type Trusted, verifyExport } from '@curtain/audit-log'

/** What `curtain audit verify` ends with: 2 is for what could not be read at all, and for a command that is not one. */
const exitCodes = { sound: 0, broken: 1, 'unknown-signer': 3, 'key-replaced': 3 } as const satisfies Record<Report['outcome'], number>
const unreadable = 2

const usage = `curtain audit verify FILE [--checkpoint KEPT] [--key KEY]

  FILE          an export of an audit log, from the console or by curtain audit export
  --checkpoint  a file with checkpoints of the same log that were kept from before; the last one counts
  --key         the log's key, as its page shows it
`

/** `curtain audit verify`: needs no server, no configuration, no network. */
export async function verifyAudit(words: readonly string[]): Promise<void> {
  const read = readArguments(words)
  if (read === null) {
    process.stderr.write(usage)
    process.exitCode = unreadable
    return
  }
  try {
    const report = await verifyExport(createReadStream(read.file, { highWaterMark: 1024 * 1024 }), trustedBy(read))
    process.stdout.write(`${inWords(report).map(asShown).join('\n')}\n`)
    process.exitCode = exitCodes[report.outcome]
  } catch (error) {
    if (!(error instanceof NoteError) && !isFileError(error)) throw error
    process.stderr.write(`Nothing was checked: ${error.message}\n`)
    process.exitCode = unreadable
  }
}

interface Arguments {
  file: string
  checkpoint: string | undefined
  key: string | undefined
}

function readArguments(words: readonly string[]): Arguments | null {
  try {
    const { positionals, values } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { checkpoint: { type: 'string' }, key: { type: 'string' } },
    })
    const [file, ...others] = positionals
    return file === undefined || others.length > 0 ? null : { file, checkpoint: values.checkpoint, key: values.key }
  } catch {
    return null
  }
}

/** A key may also be given by the name of a file that it is in. Of a file with many checkpoints the last one counts. */
function trustedBy({ checkpoint, key }: Arguments): Trusted {
  const kept = checkpoint === undefined ? undefined : readFileSync(checkpoint, 'utf8')
  return {
    ...(key !== undefined && { key: readVerifier(key.includes('+') ? key : readFileSync(key, 'utf8').trim()) }),
    ...(kept !== undefined && { checkpoint: lastNoteOf(kept) ?? kept }),
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

/** What a file says may be written to be shown as something else, by moving about in a terminal. */
const asShown = (line: string): string => line.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')

/** Lines. */
function inWords({ outcome, findings, header, entries, pruned, clockBack, keysReplaced, root, comparedWith }: Report): string[] {
  const saidSo = outcome === 'broken' ? '' : ': they were pruned, and the log says so'
  const lines = [
    ...(header === null ? [] : [`Log           ${header.origin}`, `Signed with   ${header.key}`]),
    `Entries       ${entries}${pruned === 0 ? '' : `, of which ${pruned} as hashes alone${saidSo}`}`,
    `Root          ${root.toString('base64')}`,
  ]
  if (comparedWith !== null) lines.push(`Compared      with the kept checkpoint over ${comparedWith} entries`)
  if (clockBack !== null) lines.push(`Note          the server's clock was set back before entry ${clockBack.index}, ${clockBack.at}`)
  for (const { index, at, isVouchedFor } of keysReplaced) {
    const how = isVouchedFor ? 'and the one before it says so itself' : 'and nothing of the one before it vouches for that'
    lines.push(`Note          the log's key was replaced by entry ${index}, ${at}, ${how}`)
  }
  lines.push('')
  switch (outcome) {
    case 'sound':
      lines.push('SOUND. Every entry is there, in its place, as it was signed.')
      break
    case 'unknown-signer':
      lines.push(
        'NOT CHECKED: WHO SIGNED IT. The entries are whole and as somebody signed them. Whether that is the log’s own key, and',
        'whether the log was written anew, only --key or --checkpoint from before can tell.',
      )
      break
    case 'key-replaced':
      lines.push(
        'NOT CHECKED: WHO SIGNED IT. The entries are whole and as somebody signed them. The log says that the key you know was lost',
        'and replaced, and nothing but the log says so. Ask whoever runs it; a checkpoint from after that, or the new key, will do.',
        ...(comparedWith === null ? [] : [`The first ${comparedWith} entries are those of the checkpoint that you kept.`]),
      )
      break
    case 'broken':
      lines.push('BROKEN.', ...findings.map(({ code, sentence }) => `  ${sentence} (${code})`))
  }
  return lines
}
