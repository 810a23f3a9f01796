import { describe, expect, it } from 'vitest'
import { arrangeGrid, arrangeStrip, type Box } from './arrangement.ts'

const areas = [
  { width: 1264, height: 640 },
  { width: 374, height: 660 },
  { width: 344, height: 440 },
  { width: 640, height: 230 },
]

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width - 0.01 &&
    other.x < one.x + one.width - 0.01 &&
    one.y < other.y + other.height - 0.01 &&
    other.y < one.y + one.height - 0.01
  )
}

function expectApartAndInside(boxes: readonly Box[], area: { width: number; height: number }) {
  for (const [index, box] of boxes.entries()) {
    expect(box.x).toBeGreaterThanOrEqual(-0.01)
    expect(box.y).toBeGreaterThanOrEqual(-0.01)
    expect(box.x + box.width).toBeLessThanOrEqual(area.width + 0.01)
    expect(box.y + box.height).toBeLessThanOrEqual(area.height + 0.01)
    for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false)
  }
}

describe('the stage', () => {
  it.each(areas)('keeps up to twelve equal tiles apart and inside %o', (area) => {
    for (let count = 1; count <= 12; count++) {
      const boxes = arrangeGrid(count, area)
      expect(boxes).toHaveLength(count)
      expectApartAndInside(boxes, area)
    }
  })

  it.each(areas)('keeps the large place and its strip apart and inside %o', (area) => {
    for (let count = 0; count <= 11; count++) {
      const { main, strip } = arrangeStrip(count, area)
      expectApartAndInside([main, ...strip], area)
      if (count > 0) expect(strip.length).toBeGreaterThan(0)
      expect(main.width * main.height).toBeGreaterThan((area.width * area.height) / 2)
    }
  })

  it('keeps twelve faces at least 100 pixels wide on a small phone', () => {
    for (const box of arrangeGrid(12, { width: 344, height: 440 })) expect(box.width).toBeGreaterThan(100)
  })

  it('puts two people above each other on a phone and side by side on a desk', () => {
    const [first, second] = arrangeGrid(2, { width: 374, height: 660 })
    expect(first?.x).toBe(second?.x)
    const [left, right] = arrangeGrid(2, { width: 1264, height: 640 })
    expect(left?.y).toBe(right?.y)
  })

  it('shows nobody in no room', () => {
    expect(arrangeGrid(3, { width: 0, height: 0 })).toEqual([])
  })
})
