import { hash, parseOptions, verify } from '@node-rs/argon2'
import { createTurns } from '../turns.ts'

/**
 * Argon2id (RFC 9106): 64 MiB, five passes, one lane. About 100 ms on a small server, as docs/sign-in.md has it measured,
 * and above what OWASP asks for.
 */
const parameters = { algorithm: 2, memoryCost: 65_536, timeCost: 5, parallelism: 1 }

/** A hundred sign-ins at once take the memory of two, and leave threads to those who are in visits. */
const takeTurn = createTurns(2, 64)

/** A hash that no password has, checked when there is no account, so that both take the same time. */
let nobody: Promise<string> | undefined

/** @throws AppError `rate-limited` when too many wait for the same */
export function hashPassword(password: string): Promise<string> {
  return takeTurn(() => hash(password, parameters))
}

/** Whether a hash was made with other parameters than are in use: it is made anew when its password is next seen. */
export function isOutdated(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(stored)
  const differ = memoryCost !== parameters.memoryCost || timeCost !== parameters.timeCost
  return differ || parallelism !== parameters.parallelism || !stored.startsWith('$argon2id$')
}

/**
 * Checks a password; with null, for nobody's account, works as long and says no.
 * @throws AppError `rate-limited` when too many wait for the same
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  nobody ??= hash('', parameters)
  const against = stored ?? (await nobody)
  const matches = await takeTurn(() => verify(against, password))
  return stored !== null && matches
}
