import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EncryptionError } from '../errors.ts'
import { clearBytesOf, codecOf, readFrame } from './frame-layout.ts'

test('media types name codecs in any case', () => {
  expect(['audio/opus', 'video/VP8', 'video/vp8', 'video/VP9'].map(codecOf)).toEqual(['opus', 'vp8', 'vp8', 'vp9'])
})

test.each(['video/H264', 'video/AV1', 'video/rtx', 'audio/red', 'audio/PCMU', '', 'opus'])(
  '%s has no encrypted layout',
  (mimeType) => {
    expect(() => codecOf(mimeType)).toThrow(new EncryptionError('unsupported-codec'))
  },
)

test('only VP8 shows a byte, and it says nothing but whether the frame is a key frame', () => {
  expect([...clearBytesOf('vp8', true)]).toEqual([0])
  expect([...clearBytesOf('vp8', false)]).toEqual([1])
  expect(clearBytesOf('vp9', true)).toHaveLength(0)
  expect(clearBytesOf('opus', true)).toHaveLength(0)
})

test('what is too short for its header and tag is refused', () => {
  const refused = new EncryptionError('bad-frame')
  // VP8: a clear byte, a config byte, a key id of two bytes, a counter of one, a tag of 16.
  const frame = new Uint8Array(21)
  frame.set([0x01, 0x98, 0x01, 0x05, 0x09])
  expect(readFrame(frame, 'vp8').ciphertext).toHaveLength(16)
  for (let size = 0; size < frame.length; size++) expect(() => readFrame(frame.slice(0, size), 'vp8')).toThrow(refused)
})

test('random bytes are refused, or split into parts that make up the whole', () => {
  const codec = fc.constantFrom('opus', 'vp8', 'vp9')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), codec, (bytes, codec) => {
      const data = Uint8Array.from(bytes)
      try {
        const { clear, header, ciphertext } = readFrame(data, codec)
        expect([...clear, ...header, ...ciphertext]).toEqual([...data])
      } catch (error) {
        expect(error).toEqual(new EncryptionError('bad-frame'))
      }
    }),
  )
})
