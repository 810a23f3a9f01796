import { parseArgs } from 'node:util'
import { exportAudit, latestCheckpoints, readConfig, replaceLogKey } from '@curtain/server'

/** Words of a command, and whose log it is about where there are several. @throws Error with how the command is written */
function read(words: readonly string[], usage: string, count: number): { positionals: string[]; organization: string | null } {
  try {
    const { positionals, values } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { organization: { type: 'string' } },
    })
    if (positionals.length === count) return { positionals, organization: values.organization ?? null }
  } catch (cause) {
    throw new Error(usage, { cause })
  }
  throw new Error(usage)
}

const keepThem = `Keep both away from this machine, on paper or with somebody else: by them it can be told, years later, whether
anything was changed (curtain audit verify).`

/** `curtain audit export` */
export async function exportLog(words: readonly string[]): Promise<void> {
  const { positionals, organization } = read(words, 'curtain audit export FILE [--organization ID]', 1)
  const [file = ''] = positionals
  const { size, note, key } = await exportAudit(readConfig({ logLevel: 'warn' }), file, organization)
  process.stdout.write(`${file} has the log with all of its ${size} entries. Its checkpoint and key:

${note}
${key}

${keepThem}
`)
}

/** `curtain audit checkpoint`. Notes alone are printed, so that they can be kept as they are; the keys are told beside them. */
export async function printCheckpoint(words: readonly string[]): Promise<void> {
  const { organization } = read(words, 'curtain audit checkpoint [--organization ID]', 0)
  const kept = await latestCheckpoints(readConfig({ logLevel: 'warn' }))
  const wanted = kept.filter(({ organizationId }) => organization === null || organizationId === organization)
  if (wanted.length === 0) throw new Error('Nothing of this log is signed yet. Start the server, and try again.')
  if (wanted.length > 1) throw new Error(`Say whose log with --organization, one of: ${wanted.map((one) => one.organizationId).join(', ')}`)
  for (const { note, key } of wanted) {
    process.stdout.write(note)
    process.stderr.write(`\nIts key: ${key}\n${keepThem}\n`)
  }
}

/** `curtain audit new-key` */
export async function newKey(words: readonly string[]): Promise<void> {
  const { organization } = read(words, 'curtain audit new-key [--organization ID]', 0)
  const { organizationId, key, isVouchedFor } = await replaceLogKey(readConfig({ logLevel: 'warn' }), organization)
  process.stdout.write(`The log of ${organizationId} is signed with a new key:

${key}

${
  isVouchedFor
    ? 'The key before it vouches for it: whoever knows that one can check the log as before.'
    : `The key before it was lost, so that nothing vouches for the new one. Tell it to everybody who checks the log, by another way
than the log itself: until they know it, checking ends with NOT CHECKED: WHO SIGNED IT.`
}
`)
}
