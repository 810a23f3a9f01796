import { ciphersuites, getCiphersuiteFromName, getCiphersuiteImpl, type CiphersuiteName, type KeyPackage } from 'ts-mls'
import type { Decoder } from 'ts-mls/codec/tlsDecoder.js'
import { decodeMlsMessage } from 'ts-mls/message.js'
import { z } from 'zod'
import type { Suite } from '../src/group/suite.ts'

/** Bytes as the MLS vectors write them. */
export const hex = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'hex')))

/** Epochs; what a number cannot hold comes as digits. */
export const uint64 = z.union([z.number(), z.string()]).transform(BigInt)

/**
 * The suites that the library does with what is installed: not those with ChaCha20-Poly1305 or X448 (3, 4 and 6), for
 * which it wants packages that we have no use for.
 */
const names = [
  'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
  'MLS_128_DHKEMP256_AES128GCM_SHA256_P256',
  'MLS_256_DHKEMP521_AES256GCM_SHA512_P521',
  'MLS_256_DHKEMP384_AES256GCM_SHA384_P384',
] satisfies CiphersuiteName[]
const supported = new Set<number>(names.map((name) => ciphersuites[name]))

const loaded = new Map<number, Promise<Suite>>()

/** The cases of suites that the library has here, each with its suite. */
export function casesWithSuites<Case extends { cipher_suite: number }>(
  cases: readonly Case[] | null,
): (Case & { name: string })[] {
  return (cases ?? [])
    .filter((one) => supported.has(one.cipher_suite))
    .map((one, at) => ({ ...one, name: `suite ${one.cipher_suite}, case ${at}` }))
}

/**
 * A third of the cases, the same each time, but all of suite 1: the larger curves are slow in JavaScript, and what a
 * case is about does not depend on its suite.
 */
export function sample<Case extends { cipher_suite: number }>(cases: readonly Case[]): Case[] {
  return cases.filter((one, at) => one.cipher_suite === 1 || at % 3 === 0)
}

export function suiteOf(number: number): Promise<Suite> {
  const name = names.find((one) => ciphersuites[one] === number)
  if (name === undefined) throw new Error(`there is no suite ${number}`)
  const suite = loaded.get(number) ?? getCiphersuiteImpl(getCiphersuiteFromName(name))
  loaded.set(number, suite)
  return suite
}

/** Decodes all of it. */
export function decoded<Value>(decode: Decoder<Value>, bytes: Uint8Array): Value {
  const result = decode(bytes, 0)
  if (result === undefined) throw new Error('it cannot be decoded')
  if (result[1] !== bytes.length) throw new Error('something follows it')
  return result[0]
}

export function decodedKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decoded(decodeMlsMessage, bytes)
  if (message.wireformat !== 'mls_key_package') throw new Error('it is no key package')
  return message.keyPackage
}
