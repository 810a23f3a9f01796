import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The one line in a file, or undefined when there is none.
 *
 * @param {string} file
 */
export function readLine(file) {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/**
 * Writes one line to a file, whole or not at all; makes its folder.
 *
 * @param {string} file
 * @param {string} line
 */
export function writeLine(file, line) {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `${line}\n`)
  renameSync(temporary, file)
}

/**
 * Whether the last work that `stampWork` vouched for was done from this input.
 *
 * @param {string} file
 * @param {string} input A hash of what the work reads.
 */
export function isStamped(file, input) {
  return readLine(file) === input
}

/**
 * Does `work`, and vouches for it if it succeeds. Until then nothing is vouched for, so that work which was interrupted
 * is done again even if its input goes back to what it was.
 *
 * @template T
 * @param {string} file
 * @param {string} input
 * @param {() => Promise<T>} work
 */
export async function stampWork(file, input, work) {
  rmSync(file, { force: true })
  const result = await work()
  writeLine(file, input)
  return result
}
