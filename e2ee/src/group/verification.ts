/** One of six parts: 64 × 1000 values, almost 16 bits. */
export interface VerificationPart {
  /** Which of the 64 pictures, 0 … 63. Their drawing and their names are the page's. */
  picture: number
  /** Three digits, `000` … `999`. */
  digits: string
}

/** What everybody in an epoch sees alike, and nobody else can bring about: six parts to be read out and compared. */
export type VerificationCode = readonly [
  VerificationPart,
  VerificationPart,
  VerificationPart,
  VerificationPart,
  VerificationPart,
  VerificationPart,
]

/** So slow that nobody can search for two groups with one code while people wait: each try has this price. */
const iterations = 2 ** 17
const salt = 'Curtain verification code 2'
const partBytes = 8

/**
 * The code of an epoch: PBKDF2-SHA-512 of its authenticator and of who the roster says is in it, each part 8 bytes of it
 * modulo 64 000. So who has the same code has the same keys, and was told the same names and roles.
 * @param epochAuthenticator RFC 9420 §8.7
 * @param rosterText the body of the epoch's roster as it was signed: all in the epoch have the same text
 */
export async function verificationCodeOf(epochAuthenticator: Uint8Array, rosterText: string): Promise<VerificationCode> {
  const roster = await crypto.subtle.digest('SHA-512', new TextEncoder().encode(rosterText))
  const secret = new Uint8Array([...epochAuthenticator, ...new Uint8Array(roster)])
  const password = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits'])
  secret.fill(0)
  const parameters = { name: 'PBKDF2', hash: 'SHA-512', salt: new TextEncoder().encode(salt), iterations }
  const bits = new DataView(await crypto.subtle.deriveBits(parameters, password, 6 * partBytes * 8))
  return [partOf(bits, 0), partOf(bits, 1), partOf(bits, 2), partOf(bits, 3), partOf(bits, 4), partOf(bits, 5)]
}

function partOf(bits: DataView, index: number): VerificationPart {
  const value = Number(bits.getBigUint64(index * partBytes) % 64_000n)
  return { picture: Math.floor(value / 1000), digits: String(value % 1000).padStart(3, '0') }
}
