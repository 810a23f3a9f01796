import { expect, test } from 'vitest'
import { sendOptions, withWatchedLayer } from './encodings.ts'

function parameters(...active: boolean[]): RTCRtpSendParameters {
  const encodings = active.map((isActive) => ({ active: isActive }))
  return { transactionId: 't', codecs: [], headerExtensions: [], rtcp: {}, encodings }
}
const activeOf = (changed: RTCRtpSendParameters | null) => changed?.encodings.map(({ active }) => active)

test('a camera goes out in three sizes, smallest first, each with room for more than the one below', () => {
  const encodings = sendOptions.camera.encodings ?? []
  expect(encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([4, 2, 1])
  const bitrates = encodings.map(({ maxBitrate }) => maxBitrate ?? 0)
  expect(bitrates).toEqual(bitrates.toSorted((a, b) => a - b))
})

test('a screen goes out in one size; voice saves silence and survives loss', () => {
  expect(sendOptions.screen.encodings).toHaveLength(1)
  expect(sendOptions.microphone.codecOptions).toEqual({ opusDtx: true, opusFec: true })
})

test('layers above the one watched are not made; nobody watching stops all', () => {
  expect(activeOf(withWatchedLayer(parameters(true, true, true), 0))).toEqual([true, false, false])
  expect(activeOf(withWatchedLayer(parameters(true, true, true), null))).toEqual([false, false, false])
  expect(activeOf(withWatchedLayer(parameters(false, false, false), 1))).toEqual([true, true, false])
})

test('a single encoding is made for any watched layer', () => {
  expect(activeOf(withWatchedLayer(parameters(false), 0))).toEqual([true])
  expect(activeOf(withWatchedLayer(parameters(true), null))).toEqual([false])
})

test('nothing is changed that is so already: each change costs a key frame', () => {
  expect(withWatchedLayer(parameters(true, false, false), 0)).toBeNull()
})
