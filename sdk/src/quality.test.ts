import { expect, test } from 'vitest'
import { qualityOf, type QualityFigures } from './quality.ts'

const nothingKnown: QualityFigures = {
  roundTripMs: null,
  lossReceived: null,
  lossSent: null,
  jitterMs: null,
  frozen: null,
  availableBitrate: null,
}
const good: QualityFigures = {
  roundTripMs: 40,
  lossReceived: 0,
  lossSent: 0.001,
  jitterMs: 5,
  frozen: 0,
  availableBitrate: 2_000_000,
}

test.each<[what: string, figures: Partial<QualityFigures>, quality: number]>([
  ['all well', {}, 4],
  ['another continent', { roundTripMs: 250 }, 3],
  ['a satellite', { roundTripMs: 590 }, 2],
  ['longer than talk can bear', { roundTripMs: 900 }, 1],
  ['one packet in thirty lost', { lossReceived: 0.033 }, 3],
  ['one in ten lost on the way out', { lossSent: 0.1 }, 2],
  ['a third lost', { lossReceived: 0.33 }, 1],
  ['an uneven Wi-Fi', { jitterMs: 70 }, 2],
  ['a picture that stops now and then', { frozen: 0.05 }, 3],
  ['a picture that mostly stands', { frozen: 0.6 }, 1],
  ['room for a small picture', { availableBitrate: 350_000 }, 3],
  ['room for little more than the voice', { availableBitrate: 100_000 }, 1],
  ['the worst side counts', { roundTripMs: 250, lossReceived: 0.1 }, 2],
])('%s', (_what, figures, quality) => {
  expect(qualityOf({ ...good, ...figures }, true)).toBe(quality)
})

test('what is not known is not held against anybody', () => {
  expect(qualityOf(nothingKnown, true)).toBe(4)
})

test('nothing coming through is no connection, whatever the figures were', () => {
  expect(qualityOf(good, false)).toBe(0)
})
