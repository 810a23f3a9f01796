import { expect, test } from 'vitest'
import { loudness } from './level-meter.ts'

function sine(amplitude: number): Float32Array {
  return Float32Array.from({ length: 1000 }, (_, index) => amplitude * Math.sin((index / 1000) * 20 * Math.PI))
}

test('silence is 0 and full scale is close to 1', () => {
  expect(loudness(new Float32Array(100))).toBe(0)
  expect(loudness(sine(1))).toBeCloseTo(0.95, 2)
  expect(loudness(new Float32Array(100).fill(1))).toBe(1)
})

test('each tenfold is a third of the scale, as ears hear it', () => {
  expect(loudness(sine(1)) - loudness(sine(0.1))).toBeCloseTo(1 / 3, 5)
  expect(loudness(sine(0.00001))).toBe(0)
})
