#!/usr/bin/env node
import { open, reset } from './access.ts'
import { exportLog, newKey, printCheckpoint } from './audit.ts'
import { verifyAudit } from './audit-verify.ts'
import { demo } from './demo.ts'
import { start } from './start.ts'
import { help, printVersion } from './help.ts'
import { printRecoverySheet, restore, rotate } from './keys.ts'

type Command = () => Promise<void> | void

const commands: Record<string, Command | undefined> = {
  start,
  demo,
  'keys sheet': printRecoverySheet,
  'keys restore': restore,
  'keys rotate': rotate,
  'access open': open,
  'access reset': reset,
  help,
  '--help': help,
  '-h': help,
  '--version': printVersion,
  '-v': printVersion,
}

/** Commands that are told more than their name. */
const tellable: Record<string, ((words: readonly string[]) => Promise<void>) | undefined> = {
  'audit export': exportLog,
  'audit checkpoint': printCheckpoint,
  'audit verify': verifyAudit,
  'audit new-key': newKey,
}

function commandOf(words: readonly string[]): Command | undefined {
  const take = tellable[words.slice(0, 2).join(' ')]
  return take === undefined ? commands[words.length === 0 ? 'help' : words.join(' ')] : () => take(words.slice(2))
}

const command = commandOf(process.argv.slice(2))
if (command === undefined) {
  process.stderr.write('That is not a command of Curtain. `curtain --help` lists them.\n')
  process.exitCode = 2
} else {
  try {
    await command()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
