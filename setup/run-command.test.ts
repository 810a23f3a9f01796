import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from './run-command.mjs'

let folder: string
let logFile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curtain-run-'))
  logFile = join(folder, 'logs', 'step.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test("a command's lines are handed on, its output is kept in the log, and its status is returned", async () => {
  const lines: string[] = []
  const { signal } = new AbortController()
  const status = await run('sh', ['-c', 'echo out; echo err >&2; exit 3'], { logFile, signal, onLine: (line) => lines.push(line) })
  expect(status).toBe(3)
  expect(new Set(lines)).toEqual(new Set(['err', 'out']))
  expect(readFileSync(logFile, 'utf8')).toContain('out\n')
})

test('a command that does not exist ends with status 127', async () => {
  expect(await run(join(folder, 'absent'), [], { logFile, signal: new AbortController().signal })).toBe(127)
})

test('stopping ends a command with all it started, and its own cleaning up is waited for', async () => {
  const stop = new AbortController()
  const cleaned = join(folder, 'cleaned')
  // The sleep would keep the pipe open, and so the promise pending, if it were not ended too.
  const script = `trap 'touch ${cleaned}; exit 1' TERM; sleep 600 & echo ready; wait`
  const running = run('sh', ['-c', script], { logFile, signal: stop.signal, onLine: () => stop.abort() })
  await expect(running).rejects.toThrow('abort')
  expect(existsSync(cleaned)).toBe(true)
})

test('after stopping nothing is started any more', async () => {
  const marker = join(folder, 'started')
  await expect(run('touch', [marker], { logFile, signal: AbortSignal.abort() })).rejects.toThrow()
  expect(existsSync(marker)).toBe(false)
})
