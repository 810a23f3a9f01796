import { setImmediate } from 'node:timers/promises'

// Sessions and the delivery service wait for nothing but cryptography, so that a count of what WebCrypto has under way
// tells when everything that can happen has happened, and a schedule is the same each time it runs.
let underWay = 0

const counted = ['sign', 'verify', 'digest', 'encrypt', 'decrypt', 'deriveBits', 'deriveKey', 'importKey', 'exportKey', 'generateKey'] as const
for (const name of counted) {
  const original: unknown = Reflect.get(crypto.subtle, name)
  if (typeof original !== 'function') throw new Error(`there is no crypto.subtle.${name}`)
  Object.defineProperty(crypto.subtle, name, {
    configurable: true,
    value: async (...given: unknown[]) => {
      underWay++
      try {
        return await original.apply(crypto.subtle, given)
      } finally {
        underWay--
      }
    },
  })
}

/** Resolves when nothing moves any more by itself. */
export async function quiet(): Promise<void> {
  for (let calmTurns = 0; calmTurns < 2; ) {
    await setImmediate()
    calmTurns = underWay === 0 ? calmTurns + 1 : 0
  }
}
