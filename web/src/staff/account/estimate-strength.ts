import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common'
import { dictionary as english } from '@zxcvbn-ts/language-en'

// Large, for the words it knows: loaded by nobody but who chooses a password. It goes by the same as the server, which has
// the last word (server/src/protection/password-strength.ts).
const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  l33tMaxSubstitutions: 10,
})
const looksAt = 64

/**
 * How hard a password is to guess, from 0 to 4.
 * @param about what somebody might put into it: their name, address and organization
 */
export function estimateStrength(password: string, about: readonly string[]): number {
  const words = about.flatMap((text) => {
    const parts = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((part) => part.length > 2)
    return [text.toLowerCase(), parts.join(''), ...parts]
  })
  return zxcvbn.check(password.slice(0, looksAt), words).score
}
