import { describe, expect, test } from 'vitest'
import { median, percentile, spread } from './statistics.ts'

describe('percentile', () => {
  test('of one value is that value', () => {
    expect(percentile([7], 0)).toBe(7)
    expect(percentile([7], 0.95)).toBe(7)
  })

  test('does not depend on the order of the values, and leaves them as they are', () => {
    const values = [4, 1, 3, 2, 5]
    expect(percentile(values, 0.5)).toBe(3)
    expect(values).toEqual([4, 1, 3, 2, 5])
  })

  test('lies between the closest ranks', () => {
    expect(median([1, 2, 3, 4])).toBe(2.5)
    expect(percentile([0, 10], 0.95)).toBeCloseTo(9.5)
    expect(percentile(Array.from({ length: 101 }, (_, value) => value), 0.99)).toBeCloseTo(99)
  })

  test('reaches the smallest and the largest value', () => {
    expect(percentile([3, 9, 6], 0)).toBe(3)
    expect(percentile([3, 9, 6], 1)).toBe(9)
  })

  test('sorts by size, not by spelling', () => {
    expect(percentile([10, 9, 100], 1)).toBe(100)
  })

  test('of nothing is refused', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError)
    expect(() => percentile([1], 1.5)).toThrow(RangeError)
    expect(() => percentile([1], Number.NaN)).toThrow(RangeError)
  })
})

describe('spread', () => {
  test('is nothing where all rounds agree', () => {
    expect(spread([5, 5, 5])).toBe(0)
  })

  test('is a share of the median', () => {
    expect(spread([8, 10, 12])).toBeCloseTo(0.1)
  })
})
