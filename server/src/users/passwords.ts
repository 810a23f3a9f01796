import { hash, verify } from '@node-rs/argon2'

/**
 * Argon2id (RFC 9106): 64 MiB, three passes, one lane; about 100 ms on a small server, and above what OWASP asks for.
 */
const parameters = { algorithm: 2, memoryCost: 65_536, timeCost: 3, parallelism: 1 }

/** A hash that no password has, checked when there is no account, so that both take the same time. */
let nobody: Promise<string> | undefined

export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters)
}

/** Checks a password; with null, for nobody's account, works as long and says no. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('')
  const matches = await verify(stored ?? (await nobody), password)
  return stored !== null && matches
}
