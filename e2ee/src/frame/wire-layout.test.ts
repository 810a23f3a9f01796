import { expect, test } from 'vitest'
import { FrameReceiver, FrameSender, KeyRing } from './index.ts'

// Frames of docs/e2ee.md byte by byte: whoever changes one changes the wire, and cannot talk with those who did not.
// Computed once with OpenSSL's HKDF and AES-GCM, apart from the code under test. Base key 00 01 … 1f, epoch 300,
// leaf 3, counter 258 (and 259); in groups: clear byte, header, ciphertext and tag.
const known = [
  ['camera', 'vp8', true, '9d012a80020102', '00 a901032c0102 b9b85e5deebd28b7ed40c5f81c1cac1ad114ce31e90677'],
  ['camera', 'vp8', false, '9d012a80020102', '01 a901032c0103 1b29baafb7b5cf683b04f3bcdd3e3bacf3cd3b6d6c10ba'],
  ['microphone', 'opus', true, '78', '99032c0102 1ffa3006de2e22ec3d7274511fe9d27f43'],
  ['screen', 'vp9', false, '', 'a902032c0102 576cab7a0c69c6313028e92d40c477a3'],
] as const

const options = { now: () => 0, graceMs: 10_000, firstCounter: 258n }

async function rings(): Promise<{ sending: KeyRing; receiving: KeyRing }> {
  const raw = Uint8Array.from({ length: 32 }, (_, index) => index)
  const baseKey = await crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey', 'deriveBits'])
  const members = [
    { leaf: 0, participantId: 'ben' },
    { leaf: 3, participantId: 'ann' },
  ]
  const keys = { groupId: 'group', epoch: 300, baseKey, members }
  const sending = new KeyRing(options)
  const receiving = new KeyRing(options)
  sending.install({ ...keys, self: 3 })
  receiving.install({ ...keys, self: 0 })
  return { sending, receiving }
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

test('frames are written as they always were', async () => {
  const { sending } = await rings()
  for (const [source, codec, isKey, plaintext, frame] of known) {
    const written = await new FrameSender(sending, source).protect({ data: bytes(plaintext), codec, isKey })
    expect(written).toEqual(bytes(frame))
  }
})

test('frames that were written at any time are read', async () => {
  const { receiving } = await rings()
  for (const [source, codec, , plaintext, frame] of known) {
    const receiver = new FrameReceiver(receiving, { participantId: 'ann', source })
    expect(await receiver.open({ data: bytes(frame), codec })).toEqual(bytes(plaintext))
  }
})
