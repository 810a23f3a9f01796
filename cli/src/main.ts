#!/usr/bin/env node
type Command = (words: readonly string[]) => Promise<void> | void
/** Loaded when it is asked for: to check a log takes nothing of a server. */
type Load = () => Promise<Command>

const commands: Record<string, Load | undefined> = {
  start: async () => (await import('./start.ts')).start,
  demo: async () => (await import('./demo.ts')).demo,
  'keys sheet': async () => (await import('./keys.ts')).printRecoverySheet,
  'keys restore': async () => (await import('./keys.ts')).restore,
  'keys rotate': async () => (await import('./keys.ts')).rotate,
  'access open': async () => (await import('./access.ts')).open,
  'access reset': async () => (await import('./access.ts')).reset,
  help: async () => (await import('./help.ts')).help,
  '--version': async () => (await import('./help.ts')).printVersion,
}
const otherNames: Record<string, string | undefined> = { '': 'help', '--help': 'help', '-h': 'help', '-v': '--version' }

/** Commands that are told more than their name. */
const tellable: Record<string, Load | undefined> = {
  'audit export': async () => (await import('./audit.ts')).exportLog,
  'audit checkpoint': async () => (await import('./audit.ts')).printCheckpoint,
  'audit verify': async () => (await import('./audit-verify.ts')).verifyAudit,
  'audit new-key': async () => (await import('./audit.ts')).newKey,
}

function loadOf(words: readonly string[]): Load | undefined {
  const name = words.join(' ')
  return tellable[words.slice(0, 2).join(' ')] ?? commands[otherNames[name] ?? name]
}

const words = process.argv.slice(2)
const load = loadOf(words)
if (load === undefined) {
  process.stderr.write('That is not a command of Curtain. `curtain --help` lists them.\n')
  process.exitCode = 2
} else {
  try {
    const run = await load()
    await run(words.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
