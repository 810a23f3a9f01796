#!/usr/bin/env node
import { open, reset } from './access.ts'
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

const words = process.argv.slice(2)
const command = commands[words.length === 0 ? 'help' : words.join(' ')]
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
