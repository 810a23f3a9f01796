import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'

/** Of 4: more than 10⁸ guesses for somebody who knows how people make passwords. */
const leastScore = 3
/**
 * What is looked at. Looking at everything would take a second for a long random password, and visits are served by the
 * same thread; a password is about as strong as its beginning at least.
 */
const looksAt = 64

let estimator: ZxcvbnFactory | undefined

/** Made when it is first needed: its word lists take 30 MB. */
function estimate(password: string, userInputs: string[]): number {
  estimator ??= new ZxcvbnFactory({
    graphs: common.adjacencyGraphs,
    dictionary: { ...common.dictionary, ...english.dictionary },
    l33tMaxSubstitutions: 10,
  })
  return estimator.check(password, userInputs).score
}

/**
 * Whether a password is hard enough to guess, also for somebody who knows whose it is (NIST SP 800-63B §3.1.1.2: known,
 * expected and context-specific passwords are refused; there are no rules of which characters).
 * @param about what somebody might put into it: their name, address and organization
 */
export function isStrong(password: string, about: readonly string[]): boolean {
  const words = about.flatMap((text) => {
    const parts = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((part) => part.length > 2)
    return [text.toLowerCase(), parts.join(''), ...parts]
  })
  return estimate(password.slice(0, looksAt), words) >= leastScore
}
