#!/usr/bin/env node
import { demo } from './demo.ts'
import { start } from './start.ts'
import { help, printVersion } from './help.ts'

const commands: Record<string, (() => Promise<void> | void) | undefined> = {
  start,
  demo,
  help,
  '--help': help,
  '-h': help,
  '--version': printVersion,
  '-v': printVersion,
}

const [name = 'help', ...rest] = process.argv.slice(2)
const command = rest.length === 0 ? commands[name] : undefined
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
