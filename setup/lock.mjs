import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SetUpError } from './set-up-error.mjs'

/**
 * Waits until no other process holds the lock called `name`, and takes it. The kernel gives it up with the process, so
 * that no crash leaves it behind: util-linux's flock holds it for as long as the pipe to its standard input is open.
 *
 * @param {string} folder
 * @param {string} name
 * @param {{ signal: AbortSignal, onWait: () => void }} options `onWait` is called if the lock is not free at once.
 * @returns {Promise<{ release(): void }>}
 */
export function takeLock(folder, name, { signal, onWait }) {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, createHash('sha256').update(name).digest('hex').slice(0, 16))
  return new Promise((resolve, reject) => {
    const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // In a process group of its own, or Ctrl-C would release the lock while the other commands are still stopping.
      detached: true,
    })
    const waiting = setTimeout(onWait, 300)
    const release = () => {
      clearTimeout(waiting)
      signal.removeEventListener('abort', release)
      holder.stdin.destroy()
      // While it waits it does not read its standard input.
      holder.kill()
    }
    signal.addEventListener('abort', release)
    holder.once('error', (cause) => {
      release()
      reject(new SetUpError('The command flock is missing. Install the package util-linux.', { cause }))
    })
    holder.once('exit', () => reject(new SetUpError('Waiting for another set-up ended early.')))
    holder.stdout.once('data', () => {
      clearTimeout(waiting)
      // From here on only the owner releases it: after an abort there is cleaning up to do first.
      signal.removeEventListener('abort', release)
      resolve({ release })
    })
  })
}
