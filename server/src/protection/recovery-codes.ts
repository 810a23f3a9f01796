import { createHash } from 'node:crypto'
import type { OrganizationId, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { deleteRecoveryCodes, insertRecoveryCodes, spendRecoveryCode } from './store.ts'

export const codesAtOnce = 10
/** 20 characters of 5 bits: 100 bits each. */
const characters = 20
const groupLength = 5
/** Crockford's base32: no letter that looks like a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Makes a code, such as `8k2rd-0mw3x-q7thv-c5n9z`.
 * @param random 20 bytes from a cryptographic generator
 */
export function recoveryCode(random: Uint8Array): string {
  const text = Array.from(random.subarray(0, characters), (byte) => alphabet.charAt(byte & 31)).join('')
  return (text.match(new RegExp(`.{${groupLength}}`, 'g')) ?? []).join('-')
}

/**
 * What is kept of a code. SHA-256 is enough: with 100 random bits there is nothing to guess, not even with all hashes in
 * hand, and a slow hash would let whoever signs in with nonsense keep the server busy. The user's id keeps equal codes
 * apart.
 * @param code as somebody typed it: case, blanks and hyphens do not matter, nor letters that look like digits
 */
export function hashRecoveryCode(userId: UserId, code: string): Buffer {
  const plain = code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return createHash('sha256').update(`curtain recovery code ${userId} ${plain}`).digest()
}

/** Makes ten, in place of those there were. @returns them, told here only */
export async function makeRecoveryCodes(
  tx: Transaction,
  { organizationId, userId, now, randomBytes }: { organizationId: OrganizationId; userId: UserId; now: Date; randomBytes: (size: number) => Uint8Array },
): Promise<string[]> {
  const codes = Array.from({ length: codesAtOnce }, () => recoveryCode(randomBytes(characters)))
  await deleteRecoveryCodes(tx, userId)
  await insertRecoveryCodes(tx, { organizationId, userId, hashes: codes.map((code) => hashRecoveryCode(userId, code)), now })
  return codes
}

/** Takes a code, for the only time. */
export function acceptRecoveryCode(tx: Transaction, userId: UserId, code: string, now: Date): Promise<boolean> {
  return spendRecoveryCode(tx, userId, hashRecoveryCode(userId, code), now)
}
