import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'

/** How often a command is told again to stop: longer than its cleaning up takes. */
const stopAgainMs = 3000

/**
 * Runs a command to its end. What it prints goes to a log file, so that the person sees only our progress.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.logFile Appended to.
 * @param {AbortSignal} options.signal Stops the command; the promise settles when it has ended.
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] Gets each line of its output.
 * @param {boolean} [options.finishesOnItsOwn] It handles interruption itself: it is told by SIGINT and waited for,
 *   instead of ending it and all it started.
 * @returns {Promise<number>} The exit status; 127 when there is no such command. Rejects when `signal` stopped it.
 */
export async function run(command, args, { logFile, signal, cwd, env, onLine, finishesOnItsOwn = false }) {
  signal.throwIfAborted()
  mkdirSync(dirname(logFile), { recursive: true })
  appendFileSync(logFile, `\n$ ${[command, ...args].join(' ')}\n`)

  // In a process group of its own: Ctrl-C reaches it through us alone, and we can end all that it started.
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const stop = () => {
    if (child.pid === undefined) return
    try {
      process.kill(finishesOnItsOwn ? child.pid : -child.pid, finishesOnItsOwn ? 'SIGINT' : 'SIGTERM')
    } catch {
      // It has just ended.
    }
  }
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let again
  const onAbort = () => {
    stop()
    // A shell that was just starting a command when it was told waits for that command, which was not.
    if (!finishesOnItsOwn) again = setInterval(stop, stopAgainMs)
  }
  signal.addEventListener('abort', onAbort)
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      appendFileSync(logFile, `${line}\n`)
      onLine?.(line)
    })
  }
  try {
    const status = await new Promise((resolve) => {
      child.once('error', (error) => {
        appendFileSync(logFile, `${error.message}\n`)
        resolve(127)
      })
      child.once('close', (code) => resolve(code ?? 1))
    })
    signal.throwIfAborted()
    return status
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearInterval(again)
  }
}

/**
 * Runs a quick command and returns what it printed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {{ status: number, stdout: string, stderr: string }} `status` is 127 when there is no such command.
 */
export function capture(command, args, { cwd, env } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 30_000 })
  return { status: status ?? (error ? 127 : 1), stdout: stdout ?? '', stderr: stderr || (error?.message ?? '') }
}
