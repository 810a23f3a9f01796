import { createHmac, sign as signWith } from 'node:crypto'
import { makeId } from '@curtain/protocol'
import { describe, expect, test } from 'vitest'
import { signingKeyOf } from './signing-key.ts'
import { readUnverified, signRoomToken, verifyRoomToken, type RoomTokenClaims } from './token.ts'

const issuer = 'https://clinic.example'
const key = signingKeyOf(1, new Uint8Array(32).fill(1))
const other = signingKeyOf(1, new Uint8Array(32).fill(2))
const random = new Uint8Array(10)
const start = 1_800_000_000
const now = start * 1000
const claims: RoomTokenClaims = {
  id: makeId('roomToken', now, random),
  visitId: makeId('visit', now, random),
  participantId: makeId('participant', now, random),
  grants: ['publish-audio', 'subscribe'],
  issuedAt: start,
  expiresAt: start + 300,
}
const header = { alg: 'EdDSA', typ: 'curtain-room+jwt', kid: '1' }
const payload = {
  iss: issuer, aud: 'curtain-room', sub: claims.participantId, jti: claims.id, visit: claims.visitId, grants: claims.grants,
  iat: start, nbf: start, exp: start + 300,
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
/** As anybody can write one who has the right key: whatever is refused is so for what it says. */
function forge(changes: { header?: object; payload?: object; with?: typeof key; signature?: (input: string) => Buffer } = {}): string {
  const input = `${encode({ ...header, ...changes.header })}.${encode({ ...payload, ...changes.payload })}`
  const sign = changes.signature ?? ((text) => signWith(null, Buffer.from(text), (changes.with ?? key).privateKey))
  return `${input}.${sign(input).toString('base64url')}`
}
const verify = (token: string, at = now, by = key, from = issuer) => verifyRoomToken(token, from, by, at)

test('a token says what was signed, with or without grants, and an independent signer agrees', async () => {
  expect(await verify(await signRoomToken(claims, issuer, key))).toEqual(claims)
  const all = { ...claims, grants: null }
  expect(await verify(await signRoomToken(all, issuer, key))).toEqual(all)
  expect(await verify(forge())).toEqual(claims)
  expect(await signRoomToken(claims, issuer, key)).toBe(forge())
  expect(readUnverified(forge())).toEqual({ id: claims.id, keyVersion: 1 })
})

describe('refused is', () => {
  const publicKey = key.publicKey.export({ format: 'der', type: 'spki' })
  const publicKeyAsText = key.publicKey.export({ format: 'pem', type: 'spki' })
  const raw = publicKey.subarray(-32)

  test('alg none, however it is written', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      expect(await verify(forge({ header: { alg }, signature: () => Buffer.alloc(0) }))).toBeNull()
      expect(await verify(forge({ header: { alg } }))).toBeNull()
    }
  })

  test('the public key used as the secret of a MAC', async () => {
    for (const [alg, hash] of [['HS256', 'sha256'], ['HS384', 'sha384'], ['HS512', 'sha512']] as const) {
      for (const secret of [publicKey, publicKeyAsText, raw]) {
        const signature = (input: string) => createHmac(hash, secret).update(input).digest()
        expect(await verify(forge({ header: { alg }, signature }))).toBeNull()
        expect(await verify(forge({ signature }))).toBeNull()
      }
    }
  })

  test('another algorithm, even with a signature that is right', async () => {
    for (const alg of ['Ed25519', 'ES256', 'RS256', 'PS256', 'EdDSA ']) expect(await verify(forge({ header: { alg } }))).toBeNull()
  })

  test('another issuer or audience', async () => {
    for (const iss of ['https://clinic.example/', 'https://other.example', 'http://clinic.example', '', undefined]) {
      expect(await verify(forge({ payload: { iss } }))).toBeNull()
    }
    for (const aud of ['curtain', ['curtain-room'], ['curtain-room', 'other'], undefined]) expect(await verify(forge({ payload: { aud } }))).toBeNull()
    expect(await verify(forge(), now, key, 'https://moved.example')).toBeNull()
  })

  test('another organization’s key, whatever key id it names', async () => {
    expect(await verify(forge({ with: other }))).toBeNull()
    expect(await verify(forge(), now, other)).toBeNull()
  })

  test('a key id that is not that of the key', async () => {
    for (const kid of ['2', '01', '0', '-1', '1.0', ' 1', '1 ', '../1', "1' or '1", '9999999999', 1, null, undefined]) {
      const token = forge({ header: { kid } })
      expect(await verify(token)).toBeNull()
      if (kid !== '2') expect(readUnverified(token)).toBeNull()
    }
  })

  test('a header that brings its own key, or asks for what we do not know', async () => {
    const jwk = other.publicKey.export({ format: 'jwk' })
    for (const extra of [{ jwk }, { jku: 'https://evil.example/keys' }, { x5u: 'https://evil.example' }, { x5c: ['AAAA'] }, { crit: ['b64'], b64: false }, { zip: 'DEF' }]) {
      expect(await verify(forge({ header: extra, with: other }))).toBeNull()
      expect(await verify(forge({ header: extra }))).toBeNull()
      expect(readUnverified(forge({ header: extra }))).toBeNull()
    }
  })

  test('a token of another type, or claims of another shape', async () => {
    for (const typ of ['JWT', 'at+jwt', undefined]) expect(await verify(forge({ header: { typ } }))).toBeNull()
    for (const change of [
      { grants: ['record'] }, { grants: 'subscribe' }, { visit: claims.participantId }, { sub: claims.visitId }, { jti: undefined },
      { jti: [claims.id] }, { role: 'host' }, { exp: undefined }, { nbf: undefined }, { iat: undefined }, { exp: `${start + 300}` },
      { exp: start + 299.5 },
    ]) {
      expect(await verify(forge({ payload: change })), JSON.stringify(change)).toBeNull()
    }
  })

  test('anything that was changed after it was signed', async () => {
    const token = await signRoomToken(claims, issuer, key)
    const [head = '', body = '', signature = ''] = token.split('.')
    const more = encode({ ...payload, grants: ['publish-audio', 'subscribe', 'publish-video'] })
    expect(await verify(`${head}.${more}.${signature}`)).toBeNull()
    expect(await verify(`${encode({ ...header, kid: '2' })}.${body}.${signature}`)).toBeNull()
    expect(await verify(`${head}.${body}.${Buffer.alloc(64).toString('base64url')}`)).toBeNull()
    expect(await verify(`${head}.${body}.`)).toBeNull()
    expect(await verify(`${head}.${body}`)).toBeNull()
    for (const junk of ['', '.', '..', 'a.b.c', 'A'.repeat(2048), `${token}.${token}`]) {
      expect(await verify(junk)).toBeNull()
      expect(readUnverified(junk)).toBeNull()
    }
  })
})

describe('in time', () => {
  test('a token ends to the second, whatever the clocks', async () => {
    expect(await verify(forge(), (start + 300) * 1000 - 1)).toEqual(claims)
    expect(await verify(forge(), (start + 300) * 1000)).toBeNull()
  })

  test('a server whose clock is up to half a minute behind takes it, and no other', async () => {
    expect(await verify(forge(), (start - 30) * 1000)).toEqual(claims)
    expect(await verify(forge(), (start - 31) * 1000)).toBeNull()
    expect(await verify(forge({ payload: { nbf: start + 31 } }))).toBeNull()
    expect(await verify(forge({ payload: { iat: start + 31 } }))).toBeNull()
  })

  test('nothing lives longer than five minutes, whoever signed it', async () => {
    expect(await verify(forge({ payload: { exp: start + 301 } }))).toBeNull()
    expect(await verify(forge({ payload: { iat: start - 3600, exp: start + 60 } }))).toBeNull()
  })
})
